import { brokers } from "kunji";
import { afterEach, describe, expect, it } from "vitest";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { marketDays } from "../../src/domain/market-days.js";
import { dueWarning, warnOfEnd } from "../../src/flows/warn-of-end.js";
import type { Connection } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { type LifetimeWorld, newLifetimeWorld } from "./support/lifetime-world.js";

const india = (text: string): number => Date.parse(`2026-11-${text}:00+05:30`);
const morning = india("19T10:00");
const end = india("20T00:30");

describe("the warning that is due", () => {
  const markets = { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) };
  const foresight = { endsSoonMs: 30 * 60_000, evening: "18:00" };
  const connection = (change: Partial<Connection> = {}) =>
    ({
      broker: "nuvama",
      startedAt: morning,
      warnedSoonAt: null,
      warnedEveningAt: null,
      ...change,
    }) as Connection;
  const traits = { nuvama: brokers.nuvama.traits };
  const due = (now: number, change: Partial<Connection> = {}, endsAt = end) =>
    dueWarning(
      { brokers: { traits }, markets, foresight, now: () => now } as unknown as Ports,
      connection(change),
      endsAt,
    );
  const [evening, soon] = [india("19T18:00"), india("20T00:00")];

  it("names the open that the session won't see, from the evening on", () => {
    expect(due(evening - 1)).toBeUndefined();
    expect(due(evening)).toEqual({
      data: { why: "before_next_open", next_open: "2026-11-20T03:45:00.000Z", holidays_known: true },
      change: { warnedEveningAt: evening },
    });
    expect(due(soon, { warnedSoonAt: soon })?.change).toEqual({ warnedEveningAt: soon });
  });

  it("is given once, and not to whoever logged in behind that evening", () => {
    expect(due(soon - 1, { warnedEveningAt: evening })).toBeUndefined();
    expect(due(soon - 1, { startedAt: evening + 1 })).toBeUndefined();
    expect(due(soon - 1, { startedAt: null })).toMatchObject({ change: { warnedEveningAt: soon - 1 } });
    expect(due(end, { warnedEveningAt: evening, warnedSoonAt: soon })).toBeUndefined();
  });

  it("is that of the half hour before, which stands for the evening's too where that was not given", () => {
    const data = { why: "soon" };
    expect(due(soon)).toEqual({ data, change: { warnedSoonAt: soon, warnedEveningAt: soon } });
    expect(due(soon, { warnedEveningAt: evening })).toEqual({ data, change: { warnedSoonAt: soon } });
    expect(due(soon, { startedAt: evening + 1 })).toEqual({ data, change: { warnedSoonAt: soon } });
    // Its half hour begins before the evening does.
    const early = india("19T18:10");
    expect(due(early - 30 * 60_000, {}, early)).toEqual({
      data,
      change: { warnedSoonAt: early - 30 * 60_000 },
    });
  });
});

describe("the warning of an end", () => {
  let world: LifetimeWorld;
  afterEach(() => world.close());

  it("is told of the session that it was due of, and of no later one", async () => {
    world = await newLifetimeWorld(await databases[0][1]());
    const first = await world.connect("nuvama", "n");
    const warning = { data: { why: "soon" }, change: { warnedSoonAt: world.now() } };
    const told = async () => (await world.told("n")).filter(({ type }) => type === "connection.ends_soon");
    await warnOfEnd(world.ports, { ...first, generation: 0 }, end, warning, null);
    expect(await told()).toEqual([]);
    await warnOfEnd(world.ports, first, end, warning, null);
    expect(await told()).toMatchObject([{ data: { why: "soon", ends_at: "2026-11-19T19:00:00.000Z" } }]);
  });
});
