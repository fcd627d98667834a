import fc from "fast-check";
import { endsAt, type Lifetime } from "kunji";
import { describe, expect, it } from "vitest";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { marketDays } from "../../src/domain/market-days.js";
import { seesOpen } from "../../src/domain/market-sight.js";

const at = (text: string) => Date.parse(text);
const nse = createMarketCalendar(marketDays.NSE);
const startedAt = at("2026-11-23T10:00:00+05:30");
const evening = at("2026-11-23T20:00:00+05:30");
const morning = nse.nextOpen(evening).at;
const sight = (clocks: Lifetime["clocks"], now = evening) =>
  seesOpen(endsAt({ clocks, startedAt, usedAt: startedAt }, now), morning);

describe("whether a session sees the next open", () => {
  it("is counted to the open after the holiday", () => {
    expect(morning).toBe(at("2026-11-25T09:15:00+05:30"));
    expect(sight([{ kind: "moment", at: at("2026-11-24T23:59:59+05:30") }])).toBe("no");
    expect(sight([{ kind: "moment", at: at("2026-11-25T23:59:59+05:30") }])).toBe("yes");
  });

  it("is no at the instant of the open, where the session is dead already", () => {
    const ends = [-1, 0, 1].map((shift) => sight([{ kind: "moment", at: morning + shift }]));
    expect(ends).toEqual(["no", "no", "yes"]);
  });

  it("is by the earliest of its clocks", () => {
    const late = { kind: "moment", at: morning + 1 } as const;
    const daily = { kind: "daily", time: "00:30", utcOffset: "+05:30", by: "broker" } as const;
    expect([sight([late]), sight([late, daily]), sight([late, { kind: "idle", ms: 28_800_000 }])]).toEqual([
      "yes",
      "no",
      "no",
    ]);
  });

  it("is unknown where the end is, however near or far the open", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (now, open) => {
        expect(seesOpen(endsAt({ clocks: [], startedAt, usedAt: startedAt }, now), open)).toBe("unknown");
      }),
    );
    expect(sight([{ kind: "moment", at: morning + 1 }])).toBe("yes");
  });

  it("is no for a session that has ended, though the open be in the past", () => {
    const ended = endsAt({ clocks: [{ kind: "moment", at: 2_000 }], startedAt: 0, usedAt: 0 }, 3_000);
    const alive = endsAt({ clocks: [{ kind: "moment", at: 2_000 }], startedAt: 0, usedAt: 0 }, 1_500);
    expect([seesOpen(ended, 1_000), seesOpen(alive, 1_000)]).toEqual(["no", "yes"]);
  });
});
