import { describe, expect, it } from "vitest";
import { brokers } from "../../src/brokers/index.js";
import { lengthText } from "../../src/pages/panel/times.js";
import { marketAt, nextDayTime, nse, us } from "../../src/panel/day-times.js";
import { findJump, jumpGroups } from "../../src/panel/jumps.js";
import { typedMoment } from "../../src/panel/typed-moment.js";
import { clockText, dateText, momentIn, wallTimeIn, type Zone } from "../../src/panel/zoned-time.js";

const at = (text: string): number => Date.parse(text);

describe("a zone's clock", () => {
  it.each<[Zone, string, string, string]>([
    ["Asia/Kolkata", "2026-11-22T18:59:59Z", "00:29:59", "Mon 23 Nov 2026"],
    ["America/New_York", "2026-11-22T18:59:59Z", "13:59:59", "Sun 22 Nov 2026"],
    ["America/New_York", "2026-07-01T04:00:00Z", "00:00:00", "Wed 1 Jul 2026"],
    ["UTC", "1970-01-01T00:00:00Z", "00:00:00", "Thu 1 Jan 1970"],
  ])("in %s shows %s as %s, %s, and finds its way back", (zone, moment, clock, date) => {
    const ms = at(moment);
    expect([clockText(zone, ms), dateText(zone, ms)]).toEqual([clock, date]);
    expect(momentIn(zone, wallTimeIn(zone, ms))).toBe(ms);
  });

  it("takes the first of an hour that New York has twice, and goes on from one that it leaves out", () => {
    const wall = (month: number, day: number, hour: number) =>
      momentIn("America/New_York", { year: 2026, month, day, hour, minute: 30, second: 0 });
    expect(wall(11, 1, 1)).toBe(at("2026-11-01T01:30:00-04:00"));
    expect(wall(3, 8, 2)).toBe(at("2026-03-08T03:30:00-04:00"));
    expect(wall(3, 8, 3)).toBe(at("2026-03-08T03:30:00-04:00"));
  });
});

describe("the next time of day", () => {
  const halfPast = { zone: "Asia/Kolkata", hour: 0, minute: 29, second: 59 } as const;
  it("lies after now, never at it", () => {
    const one = at("2026-11-23T00:29:59+05:30");
    expect(nextDayTime(one - 1, halfPast)).toBe(one);
    expect(nextDayTime(one, halfPast)).toBe(one + 86_400_000);
  });

  it("leaves the weekend out where markets are closed", () => {
    const friday = at("2026-11-20T15:31:00+05:30");
    expect(nextDayTime(friday, nse.opens)).toBe(at("2026-11-23T09:15:00+05:30"));
    expect(nextDayTime(at("2026-03-06T16:00:00-05:00"), us.opens)).toBe(at("2026-03-09T09:30:00-04:00"));
  });

  it("says whether a market is open", () => {
    expect(marketAt(nse, at("2026-11-23T09:14:59+05:30"))).toEqual({
      open: false,
      changes: at("2026-11-23T09:15:00+05:30"),
    });
    expect(marketAt(nse, at("2026-11-23T09:15:00+05:30"))).toEqual({
      open: true,
      changes: at("2026-11-23T15:30:00+05:30"),
    });
    expect(marketAt(us, at("2026-11-21T10:00:00-05:00")).open).toBe(false);
  });
});

describe("the clock's buttons", () => {
  it("lead to one second before each broker's daily end and midnight UTC, to market hours, and forward", () => {
    const now = at("2026-11-21T18:00:00+05:30");
    const to = jumpGroups(brokers).flatMap(({ jumps }) =>
      jumps.map(({ id, label, to }) => [id, label, to(now)] as const),
    );
    expect(to).toEqual([
      ["before-002959", "00:29:59 IST", at("2026-11-22T00:29:59+05:30")],
      ["before-052959", "05:29:59 IST", at("2026-11-22T05:29:59+05:30")],
      ["before-065959", "06:59:59 IST", at("2026-11-22T06:59:59+05:30")],
      ["nse-opens", "NSE opens", at("2026-11-23T09:15:00+05:30")],
      ["nse-closes", "NSE closes", at("2026-11-23T15:30:00+05:30")],
      ["us-opens", "US opens", at("2026-11-23T09:30:00-05:00")],
      ["us-closes", "US closes", at("2026-11-23T16:00:00-05:00")],
      ["plus-1m", "+1 min", now + 60_000],
      ["plus-1h", "+1 h", now + 3_600_000],
      ["plus-8h", "+8 h", now + 28_800_000],
    ]);
    expect(findJump(brokers, "before-midnight")).toBeUndefined();
  });
});

describe("a typed moment", () => {
  it.each([
    ["2026-11-23T00:29:59", "Asia/Kolkata", "2026-11-23T00:29:59+05:30"],
    ["2026-11-23 00:29", "America/New_York", "2026-11-23T00:29:00-05:00"],
    [" 2024-02-29T12:00 ", "UTC", "2024-02-29T12:00:00Z"],
  ])("%s on the clock of %s is %s", (text, zone, moment) => {
    expect(typedMoment(text, zone)).toBe(at(moment));
  });

  it.each([
    ["2026-02-29T12:00", "UTC"],
    ["2026-11-23T24:00", "UTC"],
    ["2026-11-23T12:60", "UTC"],
    ["2026-13-01T12:00", "UTC"],
    ["tomorrow", "UTC"],
    ["", "UTC"],
    ["2026-11-23T12:00", "Mars/Olympus"],
    ["1969-12-31T23:59", "UTC"],
  ])("%j on the clock of %s is none", (text, zone) => {
    expect(typedMoment(text, zone)).toBeUndefined();
    expect(typedMoment("2026-11-23T12:00", "UTC")).toBe(at("2026-11-23T12:00:00Z"));
  });
});

it("says a length of time in its two largest units", () => {
  const lengths = [0, 1, 999, 59_000, 60_000, 61_000, 3_600_000, 3_601_000, 23_400_000, 90_000_000];
  expect(lengths.map(lengthText)).toEqual([
    "0 s",
    "1 s",
    "1 s",
    "59 s",
    "1 min",
    "1 min 1 s",
    "1 h",
    "1 h",
    "6 h 30 min",
    "1 d 1 h",
  ]);
});
