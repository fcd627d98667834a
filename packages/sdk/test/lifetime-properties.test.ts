import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Clock, endsAt, nextDaily } from "../src/index.js";
import { indiaTime } from "../src/india-time.js";
import { nextByDay, nextByMinute, wall } from "./slow-clock.js";

const india = "Asia/Kolkata";
const offset = "+05:30";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const seed = 20_261_123;

/** India has kept one offset since October 1945; its clock is asked by name from then on. */
const year = (number: number) => Date.parse(`${String(number).padStart(4, "0")}-01-01T00:00:00Z`);
const near = (moments: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...moments), fc.integer({ min: -2000, max: 2000 }))
    .map(([moment, ms]) => Date.parse(moment) + ms);
const instant = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: year(2020), max: year(2040) }) },
  { weight: 2, arbitrary: fc.integer({ min: year(1946), max: year(9998) }) },
  // Within two seconds of 00:30 and of 07:00 in India, on any day of a hundred years.
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 0, max: 36_525 }),
        fc.constantFrom(-5 * hourMs, 1.5 * hourMs),
        fc.integer({ min: -2000, max: 2000 }),
      )
      .map(([day, ms, jitter]) => day * dayMs + ms + jitter),
  },
  {
    weight: 1,
    arbitrary: near([
      "2024-02-29T00:30:00+05:30",
      "2024-03-01T00:30:00+05:30",
      "2100-02-28T07:00:00+05:30",
      "2000-02-29T00:00:00+05:30",
      "2026-12-31T23:59:59+05:30",
      "2027-01-01T00:30:00+05:30",
      "1999-12-31T18:30:00Z",
      "2038-01-19T03:14:07Z",
      "1970-01-01T00:00:00Z",
    ]),
  },
);

const dailies = ["00:30", "07:00", "00:00", "23:59", "03:30", "05:30"] as const;
const nuvama: readonly Clock[] = [
  { kind: "idle", ms: 8 * hourMs },
  { kind: "daily", time: "00:30", utcOffset: offset, by: "broker" },
];

describe.each(["UTC", "Asia/Kolkata", "America/New_York"])("where the process's zone is %s", (zone) => {
  const before = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = zone;
    expect(new Date("2026-11-23T00:00:00Z").getTimezoneOffset()).toBe(
      { UTC: 0, "Asia/Kolkata": -330 }[zone] ?? 300,
    );
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it("N-13 the next time of a day in India equals a search by day at 34,000 random instants", () => {
    for (const [after, time] of fc.sample(fc.tuple(instant, fc.constantFrom(...dailies)), {
      numRuns: 34_000,
      seed,
    })) {
      const ours = nextDaily(time, offset, after);
      if (ours !== nextByDay(time, india, offset, after))
        expect([after, time, ours]).toBe("equal to the search");
    }
  });

  it("N-13 the next time of a day in India equals a search by minute at 400 random instants", () => {
    for (const [after, time] of fc.sample(fc.tuple(instant, fc.constantFrom(...dailies)), {
      numRuns: 400,
      seed: seed + 1,
    }))
      expect([after, time, nextDaily(time, offset, after)]).toEqual([
        after,
        time,
        nextByMinute(time, india, after),
      ]);
  });

  it("N-12 eight idle hours or 00:30 in India, whichever comes first, at 34,000 random instants", () => {
    const seen = { idle: 0, broker: 0, ended: 0 };
    const times = fc.tuple(
      instant,
      fc.integer({ min: 0, max: 2 * dayMs }),
      fc.integer({ min: -hourMs, max: 2 * dayMs }),
    );
    for (const [startedAt, used, later] of fc.sample(times, { numRuns: 34_000, seed })) {
      const usedAt = startedAt + used;
      const daily = nextByDay("00:30", india, offset, startedAt);
      const idle = usedAt + 8 * hourMs;
      const at = Math.min(idle, daily);
      const why = idle <= daily ? "idle" : "broker";
      // Asked at a random moment and in the very millisecond on either side of the end.
      for (const now of [startedAt + later, at - 1, at]) {
        const end = endsAt({ clocks: nuvama, startedAt, usedAt }, now);
        const ended = now >= at;
        seen[ended ? "ended" : why]++;
        if (!end.known || end.at !== at || end.why !== why || end.ended !== ended)
          expect([startedAt, usedAt, now, end]).toBe("equal to the search");
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(3000);
  });

  it("R-10 a token's own end or 07:00 in India, whichever comes first", () => {
    const times = fc.tuple(instant, fc.integer({ min: 1, max: 60 * dayMs }));
    for (const [startedAt, life] of fc.sample(times, { numRuns: 3000, seed })) {
      const moment = startedAt + life;
      const daily = nextByDay("07:00", india, offset, startedAt);
      const clocks: Clock[] = [
        { kind: "moment", at: moment },
        { kind: "daily", time: "07:00", utcOffset: offset, by: "exchanges" },
      ];
      const expected = {
        known: true,
        at: Math.min(moment, daily),
        why: moment <= daily ? "moment" : "exchanges",
        ended: false,
      };
      expect(endsAt({ clocks, startedAt, usedAt: startedAt }, startedAt)).toEqual(expected);
    }
  });

  it("V-12 every second that India's clock shows is read back as that second", () => {
    for (const at of fc.sample(instant, { numRuns: 10_000, seed })) {
      const second = Math.floor(at / 1000) * 1000;
      const text = wall(india, second);
      if (indiaTime(text) !== second) expect([text, indiaTime(text)]).toBe(second);
    }
  });
});

describe("far from now", () => {
  // Where India's own clock was another, or `Intl` writes no four-digit year: the offset itself is the zone.
  const far = fc.oneof(
    fc.integer({ min: year(1), max: year(1946) }),
    fc.integer({ min: -8_639_900_000_000_000, max: 8_639_900_000_000_000 }),
  );

  it("N-13 the next 00:30 comes within a day, at 00:30, in the far past and future", () => {
    for (const after of fc.sample(far, { numRuns: 20_000, seed })) {
      const at = nextDaily("00:30", offset, after);
      expect(at - after).toBeGreaterThan(0);
      expect(at - after).toBeLessThanOrEqual(dayMs);
      expect(wall(offset, at).slice(-8)).toBe("00:30:00");
    }
  });

  it.each([["+05:30"], ["-03:30"], ["+14:00"], ["+00:00"], ["-12:00"]])(
    "other offsets are as right: %s",
    (utcOffset) => {
      for (const after of fc.sample(instant, { numRuns: 40, seed }))
        expect(nextDaily("07:00", utcOffset, after)).toBe(nextByMinute("07:00", utcOffset, after));
    },
  );
});

describe("what India's clock never shows", () => {
  it.each([
    "2026-02-29 10:00:00",
    "2100-02-29 10:00:00",
    "2026-04-31 10:00:00",
    "2026-13-01 10:00:00",
    "2026-00-10 10:00:00",
    "2026-01-00 10:00:00",
    "2026-01-32 10:00:00",
    "2026-01-01 24:00:00",
    "2026-01-01 10:60:00",
    "2026-01-01 10:00:60",
    "2026-1-1 10:00:00",
    "2026-01-01T10:00:00",
    "2026-01-01 10:00",
    "2026-01-01 10:00:00Z",
    "2026-01-01 10:00:00+05:30",
    " 2026-01-01 10:00:00",
    "2026-01-01 10:00:00\n",
    "20260101 100000",
    "01-01-2026 10:00:00",
    "+2026-01-01 10:00:00",
    "",
    "२०२६-०१-०१ १०:००:००",
    "2026-01-01  10:00:00",
    "1767241800",
    "NaN",
    "Invalid Date",
    "+010000-01-01 00:00",
  ])("V-12 is no time: %j", (text) => {
    expect(indiaTime(text)).toBeUndefined();
  });

  it("V-12 beside them are times that it does show", () => {
    for (const text of ["2024-02-29 10:00:00", "2000-02-29 23:59:59", "2026-04-30 00:00:00"])
      expect(wall(india, indiaTime(text) ?? Number.NaN)).toBe(text);
  });
});
