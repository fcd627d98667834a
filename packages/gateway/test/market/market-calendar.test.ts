import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { type Market, marketDays, marketOf } from "../../src/domain/market-days.js";
import { slowIsOpen, slowNextOpen, slowPreviousClose } from "./support/slow-reference.js";

const markets: readonly Market[] = ["NSE", "US"];
const calendars = { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) };
const at = (text: string) => Date.parse(text);
const shown = (ms: number) => new Date(ms).toISOString();
const nextOpen = (market: Market, text: string) => shown(calendars[market].nextOpen(at(text)).at);
const previousClose = (market: Market, text: string) => shown(calendars[market].previousClose(at(text)).at);

describe("a market's calendar", () => {
  it.each([
    ["NSE", "2026-11-23T09:00:00+05:30", "2026-11-23T09:15:00+05:30", "later today"],
    [
      "NSE",
      "2026-11-23T09:15:00+05:30",
      "2026-11-25T09:15:00+05:30",
      "after the opening itself, over a holiday",
    ],
    ["NSE", "2026-11-20T15:30:00+05:30", "2026-11-23T09:15:00+05:30", "over a weekend"],
    ["NSE", "2026-01-14T15:30:00+05:30", "2026-01-16T09:15:00+05:30", "over the election"],
    ["NSE", "2026-01-30T16:00:00+05:30", "2026-02-01T09:15:00+05:30", "on the Sunday of the budget"],
    [
      "NSE",
      "2026-11-23T00:00:00+05:30",
      "2026-11-23T09:15:00+05:30",
      "from midnight in India, still the day before in UTC",
    ],
    ["US", "2026-11-25T16:00:00-05:00", "2026-11-27T09:30:00-05:00", "over Thanksgiving"],
    ["US", "2026-03-06T16:00:00-05:00", "2026-03-09T09:30:00-04:00", "over the change to daylight saving"],
    ["US", "2026-10-30T16:00:00-04:00", "2026-11-02T09:30:00-05:00", "over the change back"],
    ["US", "2026-07-02T23:59:59-04:00", "2026-07-06T09:30:00-04:00", "over a holiday before a weekend"],
    ["US", "2026-12-31T23:00:00-05:00", "2027-01-04T09:30:00-05:00", "over the new year"],
  ] as const)("%s, at %s: opens next at %s, %s", (market, now, expected, _why) => {
    expect(nextOpen(market, now)).toBe(shown(at(expected)));
  });

  it.each([
    ["US", "2026-11-27T13:00:00-05:00", "2026-11-27T13:00:00-05:00", "at an early closing"],
    ["US", "2026-11-27T12:59:59-05:00", "2026-11-25T16:00:00-05:00", "before an early closing"],
    ["US", "2026-12-24T15:00:00-05:00", "2026-12-24T13:00:00-05:00", "after an early closing"],
    ["NSE", "2026-11-24T12:00:00+05:30", "2026-11-23T15:30:00+05:30", "on a holiday"],
    ["NSE", "2026-02-02T09:00:00+05:30", "2026-02-01T15:30:00+05:30", "after the Sunday of the budget"],
  ] as const)("%s, at %s: closed last at %s, %s", (market, now, expected, _why) => {
    expect(previousClose(market, now)).toBe(shown(at(expected)));
  });

  it("says what a day is: its hours, or what it is closed for, and whether that is known", () => {
    const { NSE, US } = calendars;
    const hours = (open: string, close: string) => ({ open: at(open), close: at(close) });
    expect(NSE.on("2026-11-23")).toEqual({
      hours: hours("2026-11-23T09:15:00+05:30", "2026-11-23T15:30:00+05:30"),
      occasion: undefined,
      holidaysKnown: true,
    });
    expect(NSE.on("2026-11-24")).toMatchObject({ hours: undefined, occasion: "Guru Nanak Jayanti" });
    expect(NSE.on("2026-11-22")).toMatchObject({ hours: undefined, occasion: undefined });
    expect(NSE.on("2027-01-01").holidaysKnown).toBe(false);
    expect(US.on("2026-11-27").hours).toEqual(
      hours("2026-11-27T09:30:00-05:00", "2026-11-27T13:00:00-05:00"),
    );
    expect(US.on("2026-03-09").hours?.open).toBe(at("2026-03-09T09:30:00-04:00"));
  });

  it("is open from its opening on and no longer at its closing", () => {
    const states = ["09:14:59.999", "09:15:00.000", "15:29:59.999", "15:30:00.000"].map(
      (time) => calendars.NSE.isOpen(at(`2026-11-23T${time}+05:30`)).open,
    );
    expect(states).toEqual([false, true, true, false]);
    const early = ["12:59:59", "13:00:00"].map(
      (time) => calendars.US.isOpen(at(`2027-11-26T${time}-05:00`)).open,
    );
    expect(early).toEqual([true, false]);
  });

  const zones = ["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"];
  it.each(zones)("agrees with a slow reference at any moment, in a process in %s", (zone) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      const moment = fc.integer({ min: at("2025-11-01T00:00:00Z"), max: at("2028-02-01T00:00:00Z") });
      fc.assert(
        fc.property(fc.constantFrom(...markets), moment, (market, now) => {
          const calendar = calendars[market];
          expect(calendar.isOpen(now).open).toBe(slowIsOpen(market, now));
          expect(shown(calendar.nextOpen(now).at)).toBe(shown(slowNextOpen(market, now)));
          expect(shown(calendar.previousClose(now).at)).toBe(shown(slowPreviousClose(market, now)));
        }),
        { numRuns: 80 },
      );
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it("agrees with a slow reference in the minutes around the daylight-saving changes and all borders", () => {
    const borders = ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z", "2027-11-07T06:00Z"].map(
      at,
    );
    for (const market of markets) {
      let now = at("2026-01-01T00:00:00Z");
      while (now < at("2028-01-01T00:00:00Z")) {
        now = calendars[market].nextOpen(now).at;
        borders.push(now, calendars[market].previousClose(now).at);
      }
    }
    for (const border of borders)
      for (const market of markets)
        for (const shift of [-1, 0, 1])
          expect(calendars[market].isOpen(border + shift).open).toBe(slowIsOpen(market, border + shift));
  });

  it("finds, walking from opening to opening, each trading day once and no other", () => {
    for (const market of markets) {
      const { closed, hours } = marketDays[market];
      const walked: string[] = [];
      let moment = calendars[market].nextOpen(at("2026-01-01T00:00:00Z"));
      while (moment.day < "2027-01-01") {
        walked.push(moment.day);
        expect(calendars[market].isOpen(moment.at).open).toBe(true);
        moment = calendars[market].nextOpen(moment.at);
      }
      const expected: string[] = [];
      for (let ms = at("2026-01-01"); ms < at("2027-01-01"); ms += 86_400_000) {
        const day = shown(ms).slice(0, 10);
        const weekend = new Date(ms).getUTCDay() % 6 === 0;
        if (day in hours || !(weekend || day in closed)) expected.push(day);
      }
      expect(walked).toEqual(expected);
    }
  });

  it("says where its knowledge of holidays ends, and counts on five days a week beyond", () => {
    const { NSE, US } = calendars;
    expect(NSE.nextOpen(at("2026-12-30T16:00:00+05:30"))).toMatchObject({
      day: "2026-12-31",
      holidaysKnown: true,
    });
    expect(NSE.nextOpen(at("2026-12-31T16:00:00+05:30"))).toMatchObject({
      day: "2027-01-01",
      holidaysKnown: false,
    });
    expect(NSE.previousClose(at("2027-01-01T09:00:00+05:30"))).toMatchObject({
      day: "2026-12-31",
      holidaysKnown: false,
    });
    expect(NSE.isOpen(at("2027-01-26T10:00:00+05:30"))).toEqual({ open: true, holidaysKnown: false });
    expect(NSE.isOpen(at("2026-01-26T10:00:00+05:30"))).toEqual({ open: false, holidaysKnown: true });
    expect(NSE.previousClose(at("2026-01-01T12:00:00+05:30"))).toMatchObject({
      day: "2025-12-31",
      holidaysKnown: false,
    });
    expect(US.nextOpen(at("2027-12-30T17:00:00-05:00"))).toMatchObject({
      day: "2027-12-31",
      holidaysKnown: true,
    });
    expect(US.nextOpen(at("2027-12-31T17:00:00-05:00"))).toMatchObject({
      day: "2028-01-03",
      holidaysKnown: false,
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 8.64e15, 9e15])(
    "refuses the moment %s",
    (now) => {
      for (const verb of ["isOpen", "nextOpen", "previousClose"] as const) {
        expect(() => calendars.NSE[verb](now)).toThrow(expect.objectContaining({ code: "moment_invalid" }));
        expect(calendars.NSE[verb](at("2026-11-21T00:00:00Z"))).toBeDefined();
      }
    },
  );
});

describe("the built-in days", () => {
  it("are weekdays where they are closed, in order, and none has hours of its own besides", () => {
    for (const market of markets) {
      const { closed, hours, knownFrom, knownTo } = marketDays[market];
      const days = Object.keys(closed);
      expect(days).toEqual(days.toSorted());
      for (const day of [...days, ...Object.keys(hours)])
        expect(day >= knownFrom && day <= knownTo).toBe(true);
      for (const day of days) expect([1, 2, 3, 4, 5]).toContain(new Date(day).getUTCDay());
      expect(days.filter((day) => day in hours)).toEqual([]);
    }
    expect(Object.keys(marketDays.NSE.closed)).toHaveLength(16);
    expect(Object.keys(marketDays.US.closed)).toHaveLength(20);
  });

  it("of the United States are those of the rules by which the holidays fall", () => {
    const nth = (year: number, month: number, weekday: number, count: number) => {
      const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
      return shown(Date.UTC(year, month - 1, 1 + ((7 + weekday - first) % 7) + (count - 1) * 7)).slice(0, 10);
    };
    for (const year of [2026, 2027]) {
      const { closed } = marketDays.US;
      const mondays = [nth(year, 1, 1, 3), nth(year, 2, 1, 3), nth(year, 9, 1, 1)];
      const may = nth(year, 5, 1, 5).startsWith(`${year}-05`) ? nth(year, 5, 1, 5) : nth(year, 5, 1, 4);
      for (const day of [...mondays, may, nth(year, 11, 4, 4)]) expect(closed).toHaveProperty([day]);
    }
  });

  it("belong to the market of each broker's country", () => {
    expect(marketOf).toEqual({ IN: "NSE", US: "US" });
  });
});
