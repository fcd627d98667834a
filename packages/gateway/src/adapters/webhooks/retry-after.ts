/**
 * What a `Retry-After` header asks for, in s: a number of them, or a date.
 * @param nowMs ms since 1970, UTC
 */
export function readRetryAfter(header: string | readonly string[] | undefined, nowMs: number) {
  if (typeof header !== "string") return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}
