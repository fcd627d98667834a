/** Of a caller's headers, what goes on to the broker: nothing else does. */
export const forwardedHeaders: readonly string[] = [
  "accept",
  "accept-language",
  "content-type",
  "if-none-match",
  "if-modified-since",
  "range",
];

/**
 * Of a broker's headers, what stays here: what belongs to the connection, what speaks to a browser for the whole host,
 * and what only this gateway says.
 */
const kept: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "set-cookie",
  "set-cookie2",
  "alt-svc",
  "clear-site-data",
  "nel",
  "public-key-pins",
  "report-to",
  "reporting-endpoints",
  "service-worker-allowed",
  "strict-transport-security",
  "kunji-answer-from",
]);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What must not leave with an answer's headers. */
export interface Withheld {
  /** Names in small letters, whatever they hold. */
  readonly names: ReadonlySet<string>;
  /** Whether a text holds a credential. */
  holds(text: string): boolean;
}

const none: readonly string[] = [];

/** The names that the `Connection` header declares to belong to the connection. */
function declared(connection: string | string[] | undefined): readonly string[] {
  // What nearly every answer says: no other header's name.
  if (connection === undefined || connection === "keep-alive" || connection === "close") return none;
  return String(connection)
    .split(",")
    .map((name) => name.trim().toLowerCase());
}

/**
 * The headers of a broker's answer that are passed on, names and values in turn, behind `ours`.
 * @param headers names in small letters
 * @param ours names and values in turn; `oursNames` are their names, which the broker's headers don't replace
 */
export function passedHeaders(
  headers: Headers,
  { names, holds }: Withheld,
  ours: readonly string[],
  oursNames: ReadonlySet<string>,
): string[] {
  const passed = [...ours];
  const hop = declared(headers.connection);
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || kept.has(name) || oursNames.has(name) || names.has(name)) continue;
    if (hop.length > 0 && hop.includes(name)) continue;
    if (typeof value === "string") {
      if (!holds(value)) passed.push(name, value);
    } else for (const one of value) if (!holds(one)) passed.push(name, one);
  }
  return passed;
}
