import { describe, expect, it } from "vitest";
import { dailyLogoutClocks } from "../src/daily-logout.js";
import { type Clock, endsAt, nextDaily } from "../src/index.js";

const at = Date.parse("2026-11-20T00:30:00+05:30");
const startedAt = at - 3_600_000;
const daily: Clock = { kind: "daily", time: "00:30", utcOffset: "+05:30", by: "broker" };
const moment: Clock = { kind: "moment", at };

describe("the clocks of a session", () => {
  it("end it by the one that is named first, where two end it at once", () => {
    const whyOf = (...clocks: readonly Clock[]) => {
      const end = endsAt({ clocks, startedAt, usedAt: startedAt }, at - 1);
      return end.known && [end.why, end.at];
    };
    expect(whyOf(daily, moment)).toEqual(["broker", at]);
    expect(whyOf(moment, daily)).toEqual(["moment", at]);
    expect(whyOf(daily, { kind: "moment", at: at - 1 })).toEqual(["moment", at - 1]);
  });

  it("show the time of a place behind UTC as well as of one ahead of it", () => {
    const after = Date.parse("2026-11-20T00:00:00Z");
    expect(nextDaily("07:15", "-04:30", after)).toBe(Date.parse("2026-11-20T07:15:00-04:30"));
    expect(nextDaily("07:15", "+04:30", after)).toBe(Date.parse("2026-11-20T07:15:00+04:30"));
  });

  it("have the exchanges' daily logout where a time is given, and no other words for one", () => {
    expect(dailyLogoutClocks("zebu", "07:00")).toEqual([
      { kind: "daily", time: "07:00", utcOffset: "+05:30", by: "exchanges" },
    ]);
    expect(dailyLogoutClocks("zebu", "23:59")).toHaveLength(1);
    expect(dailyLogoutClocks("zebu", false)).toEqual([]);
    for (const time of ["", "7:00", "24:00", "07:60", "07:00:00", "at 07:00", "107:00"]) {
      const error: unknown = expect.objectContaining({
        code: "input_invalid",
        broker: "zebu",
        field: "dailyLogout",
      });
      expect(() => dailyLogoutClocks("zebu", time), time).toThrow(error as Error);
    }
  });
});
