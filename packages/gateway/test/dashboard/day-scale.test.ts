import { describe, expect, it } from "vitest";
import { dayScale, ticksOf } from "../../src/http/pages/dashboard/day-scale.js";
import { clockIn, dayIn, dayWords, shortly, whenIn } from "../../src/http/pages/dashboard/zones.js";

const at = (text: string): number => Date.parse(text);
const from = at("2026-11-20T00:00:00Z");
const hour = 3_600_000;
const scale = dayScale(from, from + 40 * hour);

/** The times that a clock's scale names, with the moments at which they stand. */
const named = (start: string, country: "IN" | "US", hours = 30) => {
  const place = dayScale(at(start), at(start) + hours * hour);
  return ticksOf(place, country).flatMap(({ x, clock, day }) =>
    clock === undefined && day === undefined
      ? []
      : [`${clock ?? "-"}${day ? ` ${day}` : ""} +${Math.round(((x / 100) * hours * 60) / 6) / 10}h`],
  );
};

describe("the scale of a day", () => {
  it("places a moment by its share of the stretch", () => {
    expect([0, 10, 20, 40].map((hours) => scale.place(from + hours * hour))).toEqual([0, 25, 50, 100]);
    expect(scale.place(from - hour)).toBe(0);
    expect(scale.place(from + 41 * hour)).toBe(100);
  });

  it("cuts what reaches out of the stretch, and leaves out what lies beside it", () => {
    expect(scale.span(from + 4 * hour, from + 8 * hour)).toEqual({ x: 10, width: 10 });
    expect(scale.span(from - 9 * hour, from + 4 * hour)).toEqual({ x: 0, width: 10 });
    expect(scale.span(from + 36 * hour, from + 99 * hour)).toEqual({ x: 90, width: 10 });
    expect(scale.span(from - 9 * hour, from)).toBeUndefined();
    expect(scale.span(from + 40 * hour, from + 41 * hour)).toBeUndefined();
    expect(scale.span(from + hour, from + hour)).toBeUndefined();
  });

  it("names India's full hours, which stand at half past UTC's, and its days where they begin", () => {
    expect(named("2026-11-20T00:00:00Z", "IN")).toEqual([
      "- Fri 20 Nov +0h",
      // 06:00 would stand over the edge.
      "08:00 +2.5h",
      "10:00 +4.5h",
      "12:00 +6.5h",
      "14:00 +8.5h",
      "16:00 +10.5h",
      "18:00 +12.5h",
      "20:00 +14.5h",
      "22:00 +16.5h",
      "00:00 Sat 21 Nov +18.5h",
      "02:00 +20.5h",
      "04:00 +22.5h",
      "06:00 +24.5h",
      "08:00 +26.5h",
      "10:00 +28.5h",
    ]);
  });

  it("has an hour less in New York on the night to daylight saving, and one more on the night back", () => {
    expect(named("2026-03-08T04:00:00Z", "US", 12)).toEqual(
      expect.arrayContaining(["01:00 +2h", "03:00 +3h", "04:00 +4h"]),
    );
    expect(named("2026-03-08T04:00:00Z", "US", 12).join()).not.toContain("02:00");
    expect(named("2026-11-01T03:00:00Z", "US", 12)).toEqual(
      expect.arrayContaining(["00:00 Sun 1 Nov +1h", "01:00 +2h", "01:00 +3h", "02:00 +4h"]),
    );
  });

  it("moves against India's by an hour with New York's clock", () => {
    const open = (day: string, offset: string) => at(`${day}T09:30:00${offset}`);
    expect(clockIn("IN", open("2026-03-06", "-05:00"))).toBe("20:00");
    expect(clockIn("IN", open("2026-03-09", "-04:00"))).toBe("19:00");
    expect(clockIn("US", open("2026-03-09", "-04:00"))).toBe("09:30");
    expect(clockIn("IN", open("2026-11-02", "-05:00"))).toBe("20:00");
  });

  it("names fewer hours the longer the stretch is, and keeps a place free", () => {
    const clocks = (hours: number, free: readonly number[] = []) =>
      ticksOf(dayScale(from, from + hours * hour), "US", free).flatMap(({ clock }) => clock ?? []);
    expect(new Set(clocks(96).map((clock) => Number(clock.slice(0, 2)) % 6))).toEqual(new Set([0]));
    expect(clocks(24).length).toBeGreaterThan(clocks(240).length);
    const place = dayScale(from, from + 24 * hour).place(at("2026-11-20T17:00:00Z"));
    expect(clocks(24)).toContain("12:00");
    expect(clocks(24, [place])).not.toContain("12:00");
  });
});

describe("moments in words", () => {
  const now = at("2026-11-20T06:00:00Z");

  it("are today, tomorrow or on a day of the clock that is named", () => {
    expect(whenIn("IN", at("2026-11-21T00:30:00+05:30"), now)).toBe("00:30 tomorrow, India");
    expect(whenIn("US", at("2026-11-21T00:30:00+05:30"), now)).toBe("14:00 today, New York");
    expect(whenIn("IN", at("2026-11-23T09:15:00+05:30"), now)).toBe("09:15 on Mon 23 Nov, India");
    expect(dayWords("IN", now - 24 * hour, now)).toBe("yesterday");
    expect(dayIn("IN", now)).toBe("Fri 20 Nov");
  });

  it("name the day before and after rightly where a clock is changed in between", () => {
    const before = at("2026-10-31T23:30:00-04:00");
    expect(dayWords("US", at("2026-11-01T23:45:00-05:00"), before)).toBe("tomorrow");
    expect(dayWords("US", at("2026-11-02T00:15:00-05:00"), before)).toBe("on Mon 2 Nov");
    expect(dayWords("US", at("2026-03-09T00:15:00-04:00"), at("2026-03-08T00:15:00-05:00"))).toBe("tomorrow");
  });

  it("name the weekday in short where it is not today", () => {
    expect(shortly("IN", now + hour, now)).toBe("12:30");
    expect(shortly("IN", at("2026-11-21T00:30:00+05:30"), now)).toBe("Sat 00:30");
  });
});
