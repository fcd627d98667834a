import { ownError } from "./gateway-error.js";

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The gateway's address without a slash at its end.
 * @throws GatewayError `input_invalid` where it is no URL, holds a user, a query or a fragment, or is plain http to
 *   another machine though nobody allowed that
 */
export function gatewayUrl(text: string, plainHttp: boolean): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  const safe =
    url?.protocol === "https:" || (url?.protocol === "http:" && (plainHttp || loopback.test(url.hostname)));
  if (!url || !safe || url.username || url.password || url.search || url.hash)
    throw ownError("input_invalid", { field: "url" });
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** A value of a query, a moment as ISO 8601. Left out where it is `undefined`. */
export type QueryValue = string | number | Date | undefined;

/** `?name=value…`, or nothing. @throws GatewayError `input_invalid` for a date that is none */
export function queryText(query: object): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, QueryValue][]) {
    if (value === undefined) continue;
    if (value instanceof Date && Number.isNaN(value.getTime()))
      throw ownError("input_invalid", { field: name });
    given.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  const text = given.toString();
  return text && `?${text}`;
}

/**
 * An id as one segment of a path.
 * @throws GatewayError `input_invalid` for what can't be one: nothing, a step up, broken text
 */
export function segment(id: string): string {
  const whole = typeof id === "string" && !/^\.{0,2}$/.test(id) && !/\p{Cs}/u.test(id);
  if (!whole) throw ownError("input_invalid", { field: "id" });
  return encodeURIComponent(id);
}

/** `/./` and `/../`, also written with `%2e`: a runtime takes these out before it sends. */
const dotSegment = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/**
 * The address of a proxied call.
 * @throws GatewayError `input_invalid` where the path does not begin with a slash, or would not be sent as it is
 */
export function proxyUrl(base: string, id: string, path: string): string {
  const root = `${base}/v1/connections/${segment(id)}/proxy`;
  const plain = typeof path === "string" && /^\/[^\\#\p{Cc}]*$/u.test(path) && !dotSegment.test(path);
  const url = plain && URL.canParse(root + path) ? new URL(root + path) : undefined;
  if (!url?.href.startsWith(`${new URL(root).href}/`)) throw ownError("input_invalid", { field: "path" });
  return url.href;
}
