import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deliveryLife, type FailedTry, nextTry } from "../../src/domain/retry-schedule.js";
import { minute, t0 } from "../support/rows.js";

const hour = 60 * minute;
const failed = (change: Partial<FailedTry> = {}): FailedTry => ({
  now: t0,
  eventAt: t0,
  triesBefore: 0,
  chance: 0,
  ...change,
});

describe("the next try of a delivery", () => {
  it("comes after ever longer pauses, then every four hours", () => {
    const pauses = Array.from(
      { length: 11 },
      (_, triesBefore) => ((nextTry(failed({ triesBefore })) ?? 0) - t0) / 1_000,
    );
    expect(pauses).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400, 14_400]);
  });

  it("is put off by chance, by a tenth of the pause at most", () => {
    expect(nextTry(failed({ triesBefore: 5, chance: 0.5 }))).toBe(t0 + hour + 3 * minute);
    expect(nextTry(failed({ triesBefore: 5, chance: 0.999 }))).toBeLessThanOrEqual(t0 + hour + 6 * minute);
  });

  it("waits as long as the receiver asks for, but four hours at most and never less than the pause", () => {
    expect(nextTry(failed({ retryAfterS: 90 }))).toBe(t0 + 90_000);
    expect(nextTry(failed({ retryAfterS: 1 }))).toBe(t0 + 5_000);
    expect(nextTry(failed({ retryAfterS: 10 ** 9 }))).toBe(t0 + 4 * hour);
  });

  it("lies within the event's day, is its end at last, and then there is none", () => {
    expect(nextTry(failed({ now: t0 + 22 * hour, triesBefore: 12 }))).toBe(t0 + 24 * hour);
    expect(nextTry(failed({ now: t0 + 24 * hour - 1, triesBefore: 12 }))).toBe(t0 + 24 * hour);
    expect(nextTry(failed({ now: t0 + 24 * hour, triesBefore: 12 }))).toBeNull();
  });

  it("is always ahead, and never beyond the day", () => {
    const any = fc.record({
      now: fc.integer({ min: t0, max: t0 + 2 * deliveryLife }),
      triesBefore: fc.nat(100),
      retryAfterS: fc.option(fc.nat(), { nil: undefined }),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(any, (tried) => {
        const next = nextTry(failed(tried));
        if (tried.now >= t0 + deliveryLife) expect(next).toBeNull();
        else {
          expect(next).toBeGreaterThan(tried.now);
          expect(next).toBeLessThanOrEqual(t0 + deliveryLife);
        }
      }),
    );
  });
});
