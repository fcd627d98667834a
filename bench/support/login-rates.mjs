// How many logins a second: so many at once, for a time.

const atOf = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const tenths = (number) => Math.round(number * 10) / 10;

/** The middle one, or between the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The median of the rounds, with the least and the most of them. */
export const spread = (numbers, rounded = tenths) => ({
  median: rounded(median(numbers)),
  min: rounded(Math.min(...numbers)),
  max: rounded(Math.max(...numbers)),
});

/**
 * Lets so many log in, each again as soon as it is done, until the time is over. Those under way then are waited for, and the
 * time until the last of them counts too: no login is left out that was worked on.
 */
export async function measureLogins(logIn, atOnce, ms) {
  const times = [];
  const done = [];
  const failures = [];
  const begun = performance.now();
  async function keepOn() {
    while (performance.now() - begun < ms) {
      const from = performance.now();
      try {
        done.push(await logIn());
        times.push(performance.now() - from);
      } catch (error) {
        failures.push(error.message);
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, keepOn));
  const seconds = (performance.now() - begun) / 1_000;
  times.sort((a, b) => a - b);
  return {
    perSecond: done.length / seconds,
    p50Ms: atOf(times, 0.5) ?? Number.NaN,
    p99Ms: atOf(times, 0.99) ?? Number.NaN,
    done,
    failures,
  };
}
