const shortest = 3_000;
const longest = 300_000;

/** `refresh` for the first try, `refresh 2` for the second one in a row whose outcome is unknown, and so on. */
export const tryNumber = (triedWhat: string | null): number =>
  triedWhat === null ? 0 : Number(/ (\d{1,6})$/.exec(triedWhat)?.[1] ?? 1);

/**
 * How long to wait with the next probe, in ms: three seconds, growing with the number of tries and with the time since the last
 * one to five minutes. `jitter` is from 0 to 1.
 */
export function probeDelay(
  { triedAt, triedWhat }: { readonly triedAt: number | null; readonly triedWhat: string | null },
  now: number,
  jitter: number,
): number {
  const byNumber = shortest * 2 ** Math.min(tryNumber(triedWhat) - 1, 10);
  const byTime = (now - (triedAt ?? now)) / 2;
  const delay = Math.min(longest, Math.max(shortest, byNumber, byTime));
  return Math.floor(delay * (0.75 + 0.25 * jitter));
}
