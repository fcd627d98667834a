import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { liveSession } from "../../src/flows/live-session.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import {
  hour,
  type LifetimeWorld,
  minute,
  newLifetimeWorld,
  refreshPath,
  tenant,
  until,
} from "./support/lifetime-world.js";

const india = (text: string): number => Date.parse(`${text}+05:30`);
const cutOff = india("2026-11-21T00:30:00");
const evening = india("2026-11-20T18:00:00");

/** The clocks start on Friday, 20 November 2026, 11:30 in India. */
describe.each(databases)("a session's end on %s", (_name, make) => {
  let world: LifetimeWorld;

  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  const whys = async (id: string) =>
    (await world.told(id)).map(({ type, data }) => data.why ?? data.reason ?? type);
  /** Works through a stretch of time as a gateway does: at each moment that is due, and at the end. */
  const live = async (moment: number, ids: readonly string[], gateways: readonly Ports[] = [world.ports]) => {
    for (let step = 0; step < 100; step++) {
      const due = await Promise.all(ids.map(async (id) => (await world.row(id)).dueAt ?? moment));
      const next = Math.min(moment, ...due);
      if (next > world.now()) until(world, next);
      await Promise.all(gateways.map((ports) => lookAfterDue(ports)));
      if (world.now() >= moment && due.every((at) => at >= moment)) return;
    }
  };
  const use = (id: string) =>
    world.store.connections.touch(tenant, id, {
      at: world.now(),
      endsAt: Math.min(world.now() + 8 * hour, cutOff),
    });

  it("comes at the instant: the session is used until then, and is dead from then on, at the point of use", async () => {
    const { endsAt } = await world.connect("nuvama", "n");
    expect(endsAt).toBe(world.now() + 8 * hour);
    until(world, (endsAt ?? 0) - 1);
    expect((await liveSession(world.ports, tenant, "n")).connection.generation).toBe(1);
    world.advance(1);
    await expect(liveSession(world.ports, tenant, "n")).rejects.toMatchObject({ code: "login_needed" });
    expect(await world.row("n")).toMatchObject({
      status: "login_needed",
      reason: "session_over",
      sealedSession: null,
      endsAt: null,
      dueAt: null,
    });
    expect(await whys("n")).toEqual(["session_over"]);
    expect(await world.livesAtBroker("n")).toBe(false);
  });

  it("comes by itself where nobody uses the session", async () => {
    const { endsAt } = await world.connect("nuvama", "n");
    await live((endsAt ?? 0) - 1, ["n"]);
    expect(await world.row("n")).toMatchObject({ status: "active" });
    world.advance(1);
    await lookAfterDue(world.ports);
    expect(await world.row("n")).toMatchObject({ status: "login_needed", reason: "session_over" });
  });

  it("is told the evening before the next open and half an hour before, each once, by whichever gateway, over a weekend", async () => {
    await world.connect("nuvama", "n");
    until(world, evening - 7 * hour + minute);
    await use("n");
    const other = await world.secondGateway();
    await live(evening - 1, ["n"], [world.ports, other]);
    expect(await whys("n")).toEqual([]);
    until(world, evening);
    await live(evening, ["n"], [world.ports, other]);
    expect(await whys("n")).toEqual(["before_next_open"]);
    const [told] = await world.told("n");
    expect(told).toMatchObject({
      type: "connection.ends_soon",
      data: { next_open: new Date(india("2026-11-23T09:15:00")).toISOString(), holidays_known: true },
    });
    expect(told?.data.connect_url).toMatch(/\/connect\//);
    world.advance(minute);
    await use("n");
    await live(cutOff, ["n"], [world.ports, other]);
    expect(await whys("n")).toEqual(["before_next_open", "soon", "session_over"]);
    expect((await world.told("n"))[1]?.data.ends_at).toBe(new Date(cutOff).toISOString());
  });

  it("is told once, also where use has put it off since", async () => {
    await world.connect("nuvama", "n");
    await live(india("2026-11-20T19:10:00"), ["n"]);
    expect(await whys("n")).toEqual(["before_next_open", "soon"]);
    expect(await world.livesAtBroker("n")).toBe(true);
    await use("n");
    await live(cutOff - 1, ["n"]);
    expect(await world.row("n")).toMatchObject({ status: "active" });
    expect(await whys("n")).toEqual(["before_next_open", "soon"]);
    await live(cutOff, ["n"]);
    expect(await whys("n")).toEqual(["before_next_open", "soon", "session_over"]);
  });

  it("is told again for the next session, a holiday ahead", async () => {
    await world.connect("nuvama", "n");
    await live(cutOff, ["n"]);
    until(world, india("2026-11-23T11:00:00"));
    const first = (await world.told("n")).length;
    const { begin, complete, prove } = await world.client("nuvama");
    const begun = await begin?.({});
    if (!begun || !complete) throw new Error("no login");
    await world.keep("n", await prove(await complete(begun.attempt, await world.logIn("nuvama", begun.url))));
    expect(await world.row("n")).toMatchObject({ warnedSoonAt: null, warnedEveningAt: null });
    await live(india("2026-11-23T19:00:00"), ["n"]);
    const told = (await world.told("n")).slice(first);
    expect(told.map(({ data }) => data.why)).toContain("before_next_open");
    expect(told.find(({ data }) => data.why === "before_next_open")?.data.next_open).toBe(
      new Date(india("2026-11-25T09:15:00")).toISOString(),
    );
  });

  it("by eight idle hours is put off by use, but not over 00:30", async () => {
    await world.connect("nuvama", "n");
    for (let i = 0; i < 3; i++) {
      world.advance(4 * hour);
      await use("n");
      await lookAfterDue(world.ports);
    }
    expect((await liveSession(world.ports, tenant, "n")).session.usedAt).toBe(world.now());
    until(world, cutOff - 1);
    expect((await liveSession(world.ports, tenant, "n")).connection.status).toBe("active");
    world.advance(1);
    await expect(liveSession(world.ports, tenant, "n")).rejects.toMatchObject({ code: "login_needed" });
  });

  it("is the same for connections that share the session, whichever of them is used", async () => {
    await world.connect("nuvama", "a");
    await world.connect("nuvama", "b");
    await world.connect("nuvama", "alone", "80163504");
    world.advance(7 * hour);
    expect(await world.livesAtBroker("a")).toBe(true);
    await use("a");
    world.advance(2 * hour);
    await lookAfterDue(world.ports);
    expect(await world.row("b")).toMatchObject({ status: "active", endsAt: (await world.row("a")).endsAt });
    expect(await world.row("alone")).toMatchObject({ status: "login_needed", reason: "session_over" });
    expect(await world.livesAtBroker("b")).toBe(true);
  });

  it("that nobody knows is neither told nor enforced", async () => {
    await world.connect("rmoney", "r");
    const session = await world.session("r");
    if (!session) throw new Error("no session");
    expect(await world.keep("r", { ...session, clocks: [] })).toMatchObject({ endsAt: null, dueAt: null });
    world.advance(100 * hour);
    expect(await lookAfterDue(world.ports)).toBe(0);
    expect((await liveSession(world.ports, tenant, "r", { minMs: hour })).connection.status).toBe("active");
  });

  it("is never told of a session that the broker renews", async () => {
    await world.connect("zebu", "z");
    await live(world.now() + 9 * hour, ["z"]);
    const types = new Set((await world.told("z")).map(({ type }) => type));
    expect(types).toEqual(new Set(["connection.refreshed"]));
    expect((await world.row("z")).generation).toBeGreaterThan(9);
    expect(await world.livesAtBroker("z")).toBe(true);
  });

  it("by a daily logout is told and comes, though the broker renews the token itself", async () => {
    await world.connect("zebu", "z");
    const session = await world.session("z");
    if (!session) throw new Error("no session");
    const daily = { kind: "daily", time: "12:15", utcOffset: "+05:30", by: "exchanges" } as const;
    await world.keep("z", { ...session, clocks: [...session.clocks, daily] });
    await live(india("2026-11-20T12:15:00"), ["z"]);
    expect(await whys("z")).toEqual(["soon", "session_over"]);
    expect(await world.received("zebu", refreshPath)).toEqual([]);
  });

  it("is told as soon as the broker has refused to renew the session", async () => {
    await world.connect("zebu", "z");
    await world.endAtBroker("zebu");
    await live(world.now() + 61 * minute, ["z"]);
    expect(await whys("z")).toEqual(["soon", "session_over"]);
  });
});
