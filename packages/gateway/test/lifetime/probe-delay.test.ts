import { describe, expect, it } from "vitest";
import { probeDelay, tryNumber } from "../../src/domain/probe-delay.js";

const now = Date.UTC(2026, 10, 20, 6);

describe("the tries to renew a session", () => {
  it.each([
    [null, 0],
    ["refresh", 1],
    ["login", 1],
    ["refresh 2", 2],
    ["refresh 12", 12],
    ["refresh 345 times", 1],
  ])("are numbered by what was written down: %j is number %i", (what, number) => {
    expect(tryNumber(what)).toBe(number);
  });
});

describe("the wait for the next probe", () => {
  const after = (triedWhat: string | null, seconds = 0, jitter = 1) =>
    probeDelay({ triedAt: now - seconds * 1_000, triedWhat }, now, jitter) / 1_000;

  it("is three seconds at first, and doubles with each try in a row, to five minutes", () => {
    expect(after(null)).toBe(3);
    expect([1, 2, 3, 5, 7, 8, 40].map((number) => after(`refresh ${number}`))).toEqual([
      3, 6, 12, 48, 192, 300, 300,
    ]);
  });

  it("grows to half of what has passed since the try, and is three seconds where none was written down", () => {
    expect([0, 6, 10, 100, 600, 3_600].map((seconds) => after("refresh", seconds))).toEqual([
      3, 3, 5, 50, 300, 300,
    ]);
    expect(probeDelay({ triedAt: null, triedWhat: null }, now, 1)).toBe(3_000);
  });

  it("is up to a quarter shorter by chance, in whole ms", () => {
    expect([0, 0.5, 1].map((jitter) => after("refresh 3", 0, jitter))).toEqual([9, 10.5, 12]);
    expect(probeDelay({ triedAt: now - 6_001, triedWhat: "refresh" }, now, 0.3)).toBe(2_475);
  });
});
