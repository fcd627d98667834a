/** ISO 8601 in UTC, as answers and events show moments. @param ms since 1970, UTC */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
/** `null` for a moment that isn't known. */
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));
