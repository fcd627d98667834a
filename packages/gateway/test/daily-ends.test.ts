import { endsAt, nextDaily } from "kunji";
import { describe, expect, it } from "vitest";
import { createBrokers } from "../src/adapters/brokers/sdk-brokers.js";
import { dailyEnds } from "../src/domain/daily-ends.js";

const { traits } = createBrokers({});
const exchanges = (time: string) => ({ time, utcOffset: "+05:30", by: "exchanges" });

describe("the daily ends of an app's sessions", () => {
  it("are the broker's own, and the exchanges' as the traits or the app have them", () => {
    expect(dailyEnds(traits.nuvama, {})).toEqual([{ time: "00:30", utcOffset: "+05:30", by: "broker" }]);
    expect(dailyEnds(traits.rmoney, {})).toEqual([exchanges("07:00")]);
    expect(dailyEnds(traits.rmoney, { dailyLogout: "03:30" })).toEqual([exchanges("03:30")]);
    expect(dailyEnds(traits.rmoney, { dailyLogout: false })).toEqual([]);
    expect(dailyEnds(traits.zebu, {})).toEqual([]);
    expect(dailyEnds(traits.zebu, { dailyLogout: "06:00" })).toEqual([exchanges("06:00")]);
    expect(dailyEnds(traits.autoshares, {})).toEqual([]);
  });

  it("fall where the SDK ends such a session", () => {
    const startedAt = Date.parse("2026-11-16T09:00:00+05:30");
    for (const { time, utcOffset, by } of dailyEnds(traits.nuvama, {})) {
      const clocks = [{ kind: "daily", time, utcOffset, by }] as const;
      const end = endsAt({ clocks, startedAt, usedAt: startedAt }, startedAt);
      expect(end).toMatchObject({ at: nextDaily(time, utcOffset, startedAt), why: "broker" });
      expect(end.known && end.at).toBe(Date.parse("2026-11-17T00:30:00+05:30"));
    }
  });
});
