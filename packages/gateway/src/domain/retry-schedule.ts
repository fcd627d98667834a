const s = 1_000;
const minute = 60 * s;
const hour = 60 * minute;

/** The pauses after the first, second, … try; after the last of them it stays the pause. */
const pauses = [5 * s, 30 * s, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour] as const;
const longestPause = 4 * hour;
/** By how much chance may lengthen a pause, so that what failed together is not tried again together. */
const spread = 0.1;

/** How long after an event its delivery is tried, in ms; the last try lies at the end of it. */
export const deliveryLife = 24 * hour;

/** A try that has failed. */
export interface FailedTry {
  /** When it ended; ms since 1970, UTC */
  readonly now: number;
  /** When the event happened; ms since 1970, UTC */
  readonly eventAt: number;
  /** How many tries there were before this one. */
  readonly triesBefore: number;
  /** What the receiver asked for, in s. It lengthens a pause, to 4 hours at most, and never shortens it. */
  readonly retryAfterS?: number | undefined;
  /** 0 up to 1 */
  readonly chance: number;
}

/** When to try again, in ms since 1970, UTC; `null` where the event's day is over. */
export function nextTry({ now, eventAt, triesBefore, retryAfterS = 0, chance }: FailedTry): number | null {
  const end = eventAt + deliveryLife;
  if (now >= end) return null;
  const pause = (pauses[triesBefore] ?? longestPause) * (1 + spread * chance);
  const asked = Math.min(retryAfterS * s, longestPause);
  return Math.min(Math.round(now + Math.max(pause, asked)), end);
}
