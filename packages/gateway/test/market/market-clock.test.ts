import { describe, expect, it } from "vitest";
import { createMarketClock, dayAfter, isWeekend } from "../../src/domain/market-clock.js";

const newYork = createMarketClock("America/New_York");
const india = createMarketClock("Asia/Kolkata");
const shown = (ms: number) => new Date(ms).toISOString();

describe("a market's clock", () => {
  it.each([
    ["2026-03-08", "01:59", "2026-03-08T01:59:00-05:00"],
    ["2026-03-08", "03:00", "2026-03-08T03:00:00-04:00"],
    ["2026-03-08", "06:30", "2026-03-08T06:30:00-04:00"],
    ["2026-11-01", "00:59", "2026-11-01T00:59:00-04:00"],
    ["2026-11-01", "02:00", "2026-11-01T02:00:00-05:00"],
    ["2026-11-01", "04:30", "2026-11-01T04:30:00-05:00"],
  ])("shows New York's time on %s at %s, where daylight saving begins or ends", (day, time, instant) => {
    expect(shown(newYork.instantOf(day, time))).toBe(shown(Date.parse(instant)));
  });

  it("comes back to the same day and time all through two years", () => {
    for (let day = "2026-01-01"; day < "2028-01-01"; day = dayAfter(day, 3)) {
      for (let quarter = 0; quarter < 96; quarter += 5) {
        const time = `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
        const instant = india.instantOf(day, time);
        expect(shown(instant)).toBe(shown(Date.parse(`${day}T${time}:00+05:30`)));
        expect([india.dayOf(instant), newYork.dayOf(newYork.instantOf(day, time))]).toEqual([day, day]);
      }
    }
  });

  it("begins the market's day at its own midnight", () => {
    expect(india.dayOf(Date.parse("2026-11-22T18:29:59.999Z"))).toBe("2026-11-22");
    expect(india.dayOf(Date.parse("2026-11-22T18:30:00.000Z"))).toBe("2026-11-23");
  });
});

describe("days", () => {
  it("follow each other over months and leap days, forwards and backwards", () => {
    expect([dayAfter("2028-02-28"), dayAfter("2026-12-31"), dayAfter("2027-03-01", -1)]).toEqual([
      "2028-02-29",
      "2027-01-01",
      "2027-02-28",
    ]);
  });

  it("are of a weekend on Saturday and Sunday", () => {
    const week = Array.from({ length: 7 }, (_, n) => isWeekend(dayAfter("2026-11-16", n)));
    expect(week).toEqual([false, false, false, false, false, true, true]);
  });
});
