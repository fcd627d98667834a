import { Secret } from "kunji";

/** A proxy as it was given. */
export interface EgressUrl {
  /** All of it, with its password. */
  readonly whole: Secret;
  /** Without the password: what may be shown. */
  readonly shown: string;
}

const longest = 1_024;

/** Whether what stands before the `@` can be read. */
function readable(text: string): boolean {
  try {
    return !/[\p{C}:]/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

/** What a proxy's URL must be, as a sentence. */
export const egressRule =
  "A proxy is http://host:port or https://host:port, with user:password@ before the host where it asks for them (percent-encoded), and nothing behind the port.";

/** Reads a proxy's URL; `undefined` for whatever else it is. */
export function readEgressUrl(text: string): EgressUrl | undefined {
  if (text.length > longest || /[\s\\\p{C}]/u.test(text) || !/^https?:\/\/[^/]/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || url.hostname === "" || url.pathname !== "/" || /[?#]/.test(text)) return undefined;
  if (url.username === "" && url.password !== "") return undefined;
  if (!readable(url.username) || !readable(url.password.replace(/%3a|:/gi, ""))) return undefined;
  const user = url.username === "" ? "" : `${url.username}@`;
  return { whole: new Secret(url.href), shown: `${url.protocol}//${user}${url.host}` };
}

/** Scheme, host and port of a proxy that is shown: what the audit tells. */
export const egressHost = (shown: string | null): string | null =>
  shown === null ? null : new URL(shown).origin;
