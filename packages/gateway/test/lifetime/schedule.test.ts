import { describe, expect, it } from "vitest";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { marketDays } from "../../src/domain/market-days.js";
import { eveningBefore, nextDue, renewalAt, type Timing } from "../../src/domain/schedule.js";

const NSE = createMarketCalendar(marketDays.NSE);
const US = createMarketCalendar(marketDays.US);
const minute = 60_000;
const foresight = { endsSoonMs: 30 * minute, evening: "18:00" };
const india = (text: string): number => Date.parse(`${text}+05:30`);
const newYork = (text: string): number => Date.parse(`${text}-05:00`);

const timing = (change: Partial<Timing>): Timing => ({
  now: india("2026-11-19T10:00:00"),
  startedAt: india("2026-11-19T10:00:00"),
  endsAt: india("2026-11-20T00:30:00"),
  warnedSoonAt: null,
  warnedEveningAt: null,
  refreshable: false,
  foresight,
  market: NSE,
  jitter: 0,
  ...change,
});

describe("the renewal of a session", () => {
  const now = india("2026-11-19T10:00:00");

  it("comes a tenth to a quarter of its life ahead of its end", () => {
    expect(renewalAt(now, now + 60 * minute, 0)).toBe(now + 54 * minute);
    expect(renewalAt(now, now + 60 * minute, 1)).toBe(now + 45 * minute);
  });

  it("comes five minutes ahead at least, or at half of a life that is too short for that", () => {
    expect(renewalAt(now, now + 20 * minute, 0)).toBe(now + 15 * minute);
    expect(renewalAt(now, now + 4 * minute, 0)).toBe(now + 2 * minute);
    expect(renewalAt(now, now - minute, 0.5)).toBe(now - minute);
  });

  it("spreads ten thousand sessions that end together over minutes, twenty a second at most", () => {
    const seconds = new Map<number, number>();
    for (let i = 0; i < 10_000; i++) {
      const second = Math.floor(renewalAt(now, now + 60 * minute, i / 10_000) / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect(Math.max(...seconds.values())).toBeLessThanOrEqual(20);
    expect(seconds.size).toBeLessThanOrEqual(15 * 60);
  });

  it("is all that is due of a session that its broker renews", () => {
    const endsAt = timing({}).now + 60 * minute;
    expect(nextDue(timing({ endsAt, refreshable: true }))).toBe(endsAt - 6 * minute);
    expect(nextDue(timing({ endsAt }))).toBe(endsAt - 30 * minute);
  });
});

describe("the evening before the open that a session won't see", () => {
  it.each([
    [
      "of the same day, for one that ends at 00:30",
      NSE,
      "2026-11-19T10:00",
      "2026-11-20T00:30",
      "2026-11-19T18:00",
    ],
    [
      "on Friday, for one that ends on Saturday",
      NSE,
      "2026-11-20T10:00",
      "2026-11-21T00:30",
      "2026-11-20T18:00",
    ],
    [
      "on Friday, for one that ends on Saturday at that time itself",
      NSE,
      "2026-11-20T10:00",
      "2026-11-21T18:00",
      "2026-11-20T18:00",
    ],
    [
      "on Sunday, for one that lives over most of a weekend",
      NSE,
      "2026-11-20T10:00",
      "2026-11-22T20:00",
      "2026-11-22T18:00",
    ],
    [
      "on Monday, before a holiday on Tuesday",
      NSE,
      "2026-11-23T10:00",
      "2026-11-24T00:30",
      "2026-11-23T18:00",
    ],
    [
      "on the holiday, for one that ends behind it",
      NSE,
      "2026-11-23T19:00",
      "2026-11-25T00:30",
      "2026-11-24T18:00",
    ],
    [
      "of the day before, for one that ends at the very open",
      NSE,
      "2026-11-18T10:00",
      "2026-11-19T09:15",
      "2026-11-18T18:00",
    ],
  ] as const)("is that %s", (_title, market, startedAt, endsAt, evening) => {
    const found = eveningBefore({
      startedAt: india(`${startedAt}:00`),
      endsAt: india(`${endsAt}:00`),
      market,
      foresight,
    });
    expect(found?.at).toBe(india(`${evening}:00`));
  });

  it("names the open, over a weekend and a holiday", () => {
    const endsAt = india("2026-11-21T00:30:00");
    expect(eveningBefore(timing({ startedAt: 0, endsAt }))?.open.day).toBe("2026-11-23");
    const holiday = india("2026-11-24T00:30:00");
    expect(eveningBefore(timing({ startedAt: 0, endsAt: holiday }))?.open.day).toBe("2026-11-25");
    const open = india("2026-11-20T09:15:00");
    expect(eveningBefore(timing({ endsAt: open }))?.open.day).toBe("2026-11-20");
  });

  it("is on the market's own clock", () => {
    const startedAt = newYork("2026-11-18T09:00:00");
    const endsAt = newYork("2026-11-19T09:00:00");
    expect(eveningBefore({ startedAt, endsAt, market: US, foresight })?.at).toBe(
      newYork("2026-11-18T18:00:00"),
    );
  });

  it("is none where nobody knows the session's end", () => {
    expect(eveningBefore(timing({ endsAt: null }))).toBeUndefined();
  });

  it.each([
    ["began behind it", "2026-11-19T18:00:00", "2026-11-20T00:30:00"],
    ["ends in the middle of a trading day that it sees", "2026-11-18T11:00:00", "2026-11-19T11:00:00"],
    ["ends a minute behind the open", "2026-11-18T09:16:00", "2026-11-19T09:16:00"],
  ])("is none where the session %s", (_title, startedAt, endsAt) => {
    expect(eveningBefore(timing({ startedAt: india(startedAt), endsAt: india(endsAt) }))).toBeUndefined();
  });
});

describe("the next look at a session that is not renewed", () => {
  const evening = india("2026-11-19T18:00:00");
  const soon = india("2026-11-20T00:00:00");
  const end = india("2026-11-20T00:30:00");

  it.each([
    ["the evening before", {}, evening],
    ["the half hour before, once the evening was told", { warnedEveningAt: evening }, soon],
    ["the evening still, where only the half hour was told", { warnedSoonAt: soon }, evening],
    ["the end, once both were told", { warnedEveningAt: evening, warnedSoonAt: soon }, end],
    ["never, where nobody knows the end", { endsAt: null }, null],
  ])("is at %s", (_title, change, due) => {
    expect(nextDue(timing(change))).toBe(due);
  });
});
