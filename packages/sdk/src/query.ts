import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";

const longestUrl = 32_768;
/** The longest value of a callback's parameter, in characters. */
export const longestValue = 4096;
// `URL` drops these without a word; no browser writes them.
const unwritten = /^\s|\p{Cc}|\s$/u;

/** `base?name=value&…`, percent-encoded, without the parameters that are `undefined`. @throws KunjiError `input_invalid` */
export function withQuery(
  broker: BrokerId,
  base: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    try {
      return [`${name}=${encodeURIComponent(value)}`];
    } catch {
      // Half of a surrogate pair has no encoding.
      throw new KunjiError("input_invalid", { broker, field: name });
    }
  });
  return `${base}?${pairs.join("&")}`;
}

/** A callback's address, and its query as it was sent. */
export interface CallbackQuery {
  /** Origin and path. */
  readonly place: string;
  /**
   * The one value of a parameter; `undefined` where it is absent. With `plus` a `+` stays a `+`, as base64 needs it.
   * @throws KunjiError `callback_invalid` where it is given twice, empty or too long
   */
  value(name: string, plus?: boolean): string | undefined;
}

/** @throws KunjiError `callback_invalid` where the text is no URL, names a user, is too long or can't be decoded */
export function readCallback(broker: BrokerId, callbackUrl: string | URL): CallbackQuery {
  const invalid = (field?: string) => new KunjiError("callback_invalid", { broker, field });
  if (typeof callbackUrl !== "string" && !(callbackUrl instanceof URL)) throw invalid();
  const text = String(callbackUrl);
  if (text.length > longestUrl || unwritten.test(text) || !URL.canParse(text)) throw invalid();
  const url = new URL(text);
  if (url.username || url.password) throw invalid();
  const pairs = url.search
    .slice(1)
    .split("&")
    .map((pair) => {
      const cut = pair.indexOf("=");
      return cut < 0 ? [pair, ""] : [pair.slice(0, cut), pair.slice(cut + 1)];
    });
  const decoded = (raw: string, plus: boolean): string => {
    try {
      return decodeURIComponent(plus ? raw : raw.replaceAll("+", " "));
    } catch {
      throw invalid();
    }
  };
  const named = pairs.map(([name = "", raw = ""]) => ({
    name: decoded(name, false),
    raw,
    text: decoded(raw, false),
  }));
  return {
    place: url.origin + url.pathname,
    value(name, plus = false) {
      const [found, ...more] = named.filter((pair) => pair.name === name);
      if (!found) return undefined;
      if (more.length > 0 || found.text === "" || found.text.length > longestValue) throw invalid(name);
      return plus ? decoded(found.raw, true) : found.text;
    },
  };
}
