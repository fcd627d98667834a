import type { BrokerId, Options, Origins, Traits } from "./broker.js";
import { KunjiError } from "./errors.js";

/** One broker at one place, and what reaches it. */
export interface Site<B extends BrokerId = BrokerId> {
  readonly id: B;
  readonly traits: Traits;
  readonly origins: Origins;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly timeoutMs: number;
  readonly renews: boolean;
}

/** The longest that a timer can run. */
const longestMs = 2_147_483_647;

/** @throws KunjiError `input_invalid` for a time limit that is none */
export function siteOf<B extends BrokerId>(
  id: B,
  traits: Traits,
  origins: Origins,
  options: Options,
): Site<B> {
  const { timeoutMs = 10_000 } = options;
  if (!(timeoutMs > 0 && timeoutMs <= longestMs))
    throw new KunjiError("input_invalid", { broker: id, field: "timeoutMs" });
  return {
    id,
    traits,
    origins,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    now: options.now ?? Date.now,
    randomBytes: options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length))),
    timeoutMs,
    renews: options.renews ?? true,
  };
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * A base URL without a slash at its end.
 * @throws KunjiError `input_invalid` where it is no URL, holds a user, a query or a fragment, or is not https (http only where `plain` or on loopback)
 */
export function baseUrl(broker: BrokerId, field: string, text: string, plain: boolean): string {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // The runtime's message holds the text.
  }
  const safe =
    url?.protocol === "https:" || (url?.protocol === "http:" && (plain || loopback.test(url.hostname)));
  if (!url || !safe || url.username || url.password || url.search || url.hash)
    throw new KunjiError("input_invalid", { broker, field });
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** Whether a server that decodes before it resolves, however often, could read a step upwards out of a path. */
function climbs(path: string): boolean {
  let text = path;
  for (let round = 0; round < 8; round++) {
    if (/(?:^|[/\\])\.\.(?:[/\\;]|$)/.test(text)) return true;
    const next = text.replace(/%([0-7][\da-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === text) return false;
    text = next;
  }
  return true;
}

/** `base` + `path`, if that stays below `base`. @throws KunjiError `path_refused` */
export function callUrl(site: Site, path: string): string {
  const { api } = site.origins;
  const base = new URL(api);
  const plain = typeof path === "string" && /^\/(?!\/)[^\\#\p{Cc}]*$/u.test(path);
  const url = plain && URL.canParse(api + path) ? new URL(api + path) : undefined;
  const below = url?.origin === base.origin && url.pathname.startsWith(base.pathname.replace(/\/?$/, "/"));
  if (!below || climbs(url.pathname)) throw new KunjiError("path_refused", { broker: site.id });
  return url.href;
}
