import { expect, it } from "vitest";
import { growthOf } from "../../bench/support/start-growth.mjs";

/** Twenty readings: 90 MB that rise to 150 in the first quarter, and by so much with each reading after it. */
const readings = (mbEach) =>
  Array.from({ length: 20 }, (_, i) => (i < 5 ? 90 + 12 * i : 150 + mbEach * (i - 5)));

it("takes no warming up for growth", () => {
  expect(growthOf(readings(0))).toMatchObject({ growth: 1, flat: true });
});

it("finds memory that each call leaves behind", () => {
  // 32 bytes a call over a million, read twenty times.
  expect(growthOf(readings((32 * 50_000) / 1e6))).toMatchObject({ growth: 1.104, flat: false });
  expect(growthOf(readings((24 * 50_000) / 1e6)).flat).toBe(true);
});

it("is not led astray by one reading before the garbage is collected", () => {
  const once = readings(0).with(19, 400).with(7, 40);
  expect(growthOf(once)).toMatchObject({ growth: 1, flat: true });
});
