const iso = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;
const last = Date.parse("9999-12-31T23:59:59.999Z");
const indiaOffsetMs = 19_800_000;

/** True for a moment that four digits of year can write: 1970 to 9999. */
export const isMoment = (ms: number): boolean => Number.isInteger(ms) && ms >= 0 && ms <= last;

/** Reads ISO 8601 with a zone, or ms since 1970, into ms since 1970; `undefined` where it is neither. */
export function parseMoment(value: unknown): number | undefined {
  if (typeof value === "number") return isMoment(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const parts = iso.exec(value);
  if (parts === null) return undefined;
  const [, year, month, day] = parts.map(Number);
  const daysInMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  const ms = Date.parse(value);
  return (day ?? 0) <= daysInMonth && isMoment(ms) ? ms : undefined;
}

/** The moment on India's clock: `2026-11-23T00:29:59.000+05:30`. */
export function indiaTime(ms: number): string {
  return new Date(ms + indiaOffsetMs).toISOString().replace("Z", "+05:30");
}
