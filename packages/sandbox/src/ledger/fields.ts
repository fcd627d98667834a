/** Names of fields (in lower case) whose values are shown; all others appear as fingerprints. */
export type Shown = ReadonlySet<string>;

/** Headers that say how, never who. */
export const harmlessHeaders: ReadonlySet<string> = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "origin",
  "pragma",
  "priority",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-fetch-user",
  "transfer-encoding",
  "upgrade-insecure-requests",
  "user-agent",
]);

/** The object or list that a text is in JSON. */
export function parsed(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
