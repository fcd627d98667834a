import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { liveSession } from "../../src/flows/live-session.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import { databases } from "../support/databases.js";
import { leaseRunsOut, pausedAt, reachingBy } from "./support/interrupted.js";
import {
  hour,
  type LifetimeWorld,
  minute,
  newLifetimeWorld,
  refreshPath,
  tenant,
} from "./support/lifetime-world.js";

describe.each(databases)("an interrupted refresh on %s", (_name, make) => {
  let world: LifetimeWorld;
  let count = 0;
  let calls = 0;
  const sent = async () => (await world.received("zebu", refreshPath)).length - calls;
  const types = async (id: string) => (await world.told(id)).map(({ type }) => type);
  const connect = async (): Promise<string> => {
    count++;
    await world.connect("zebu", `c${count}`);
    calls = (await world.received("zebu", refreshPath)).length;
    return `c${count}`;
  };
  const untilSure = async (id: string) => {
    for (let i = 0; i < 30 && (await world.row(id)).status === "unsure"; i++) {
      world.advance(3 * minute);
      await lookAfterDue(world.ports);
    }
  };

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  it.each([
    ["before it was sent", "before", 0, ["connection.unsure", "connection.active"]],
    ["once the broker had answered", "behind", 2, ["connection.unsure", "connection.refreshed"]],
  ] as const)(
    "by a death %s is told, probed, and leaves a session that lives",
    async (_title, point, refreshes, told) => {
      const id = await connect();
      const { ports, reached } = pausedAt(world, point);
      refreshSession(ports, tenant, id, 1).catch(() => undefined);
      await reached;
      expect(await world.row(id)).toMatchObject({ triedWhat: "refresh", status: "active" });
      expect(await lookAfterDue(world.ports)).toBe(0);
      await leaseRunsOut(world, id);
      expect(await lookAfterDue(world.ports)).toBe(1);
      expect(await types(id)).toEqual(told);
      expect(await world.row(id)).toMatchObject({ status: "active", triedAt: null, leaseOwner: null });
      expect(await world.livesAtBroker(id)).toBe(true);
      expect(await sent()).toBe(refreshes);
    },
  );

  it("by a death that nobody has seen yet is nothing to send another one behind", async () => {
    const id = await connect();
    const { ports, reached } = pausedAt(world, "before");
    refreshSession(ports, tenant, id, 1).catch(() => undefined);
    await reached;
    await leaseRunsOut(world, id);
    expect(await refreshSession(world.ports, tenant, id, 1)).toMatchObject({
      status: "unsure",
      reason: "outcome_unknown",
    });
    expect(await sent()).toBe(0);
  });

  it("by a sleep past its lease gives way to the next holder, whose session stays", async () => {
    const id = await connect();
    const sleeper = pausedAt(world, "behind");
    const asleep = refreshSession(sleeper.ports, tenant, id, 1);
    await sleeper.reached;
    await leaseRunsOut(world, id);
    await lookAfterDue(world.ports);
    const byNext = await world.row(id);
    expect(byNext).toMatchObject({ status: "active", generation: 2 });
    sleeper.goOn();
    expect(await asleep).toMatchObject({ generation: 2, status: "active" });
    expect((await world.row(id)).sealedSession).toEqual(byNext.sealedSession);
    expect(await world.livesAtBroker(id)).toBe(true);
    expect(await sent()).toBe(2);
  });

  it("by a sleep past its lease keeps its answer where its generation is still the current one", async () => {
    const id = await connect();
    const sleeper = pausedAt(world, "behind");
    const asleep = refreshSession(sleeper.ports, tenant, id, 1);
    await sleeper.reached;
    await leaseRunsOut(world, id);
    sleeper.goOn();
    expect(await asleep).toMatchObject({ generation: 2, status: "active" });
    expect(await world.livesAtBroker(id)).toBe(true);
    expect(await sent()).toBe(1);
  });

  it("leaves a session that may be used while its end lies ahead, and not behind it", async () => {
    const id = await connect();
    await world.fault("zebu", "internal-error", { path: refreshPath });
    await refreshSession(world.ports, tenant, id, 1);
    expect((await liveSession(world.ports, tenant, id)).connection).toMatchObject({ status: "unsure" });
    world.advance(hour);
    await expect(liveSession(world.ports, tenant, id)).rejects.toMatchObject({ code: "connection_unsure" });
  });

  it("by an outage that lasts past its end is probed at growing distances, and mended once that is over", async () => {
    const id = await connect();
    await world.fault("zebu", "internal-error", { times: 1_000 });
    world.advance(50 * minute);
    await refreshSession(world.ports, tenant, id, 1);
    const waits: number[] = [];
    for (let i = 0; i < 25; i++) {
      const { dueAt, status } = await world.row(id);
      expect(status).toBe("unsure");
      waits.push((dueAt ?? 0) - world.now());
      world.advance(waits.at(-1) ?? 0);
      await lookAfterDue(world.ports);
    }
    expect(waits[0]).toBeLessThanOrEqual(3_000);
    expect(waits.at(-1)).toBeGreaterThan(minute);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5 * minute);
    await world.noFaults();
    await untilSure(id);
    expect(await world.row(id)).toMatchObject({ status: "active", generation: 2 });
    expect(await types(id)).toEqual(["connection.unsure", "connection.refreshed"]);
  });

  it("of a session that the broker has ended asks for a login, and tells of it", async () => {
    const id = await connect();
    await world.fault("zebu", "reset-before-answer", { path: refreshPath });
    await refreshSession(world.ports, tenant, id, 1);
    await world.endAtBroker("zebu");
    world.advance(5_000);
    await lookAfterDue(world.ports);
    expect(await world.row(id)).toMatchObject({
      status: "login_needed",
      reason: "broker_ended",
      sealedSession: null,
    });
    expect(await types(id)).toEqual(["connection.unsure", "connection.login_needed"]);
  });

  it("is given up a day behind the session's end, and not an hour before", async () => {
    const id = await connect();
    await world.fault("zebu", "internal-error", { times: 1_000 });
    await refreshSession(world.ports, tenant, id, 1);
    world.advance(24 * hour);
    await lookAfterDue(world.ports);
    expect(await world.row(id)).toMatchObject({ status: "unsure" });
    world.advance(hour);
    await lookAfterDue(world.ports);
    expect(await world.row(id)).toMatchObject({ status: "login_needed", reason: "outcome_unknown" });
  });
});

describe("the answer to a refresh, whichever of its fields are there", () => {
  const fields = {
    stat: "Ok",
    access_token: "newer",
    expires_in: "3600",
    request_time: "x",
    refresh_token: "rotated",
  };
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_name, i) => bits & (1 << i)),
  );

  it("never costs the refresh token that is on file", async () => {
    const world = await newLifetimeWorld(await databases[0][1]());
    await world.connect("zebu", "c");
    const session = await world.session("c");
    const old = session?.secrets.refresh_token?.reveal();
    if (!session) throw new Error("no session");
    const found: unknown[] = [];
    const expected: unknown[] = [];
    for (const subset of subsets) {
      const { generation } = await world.keep("c", session);
      const body = JSON.stringify(Object.fromEntries(subset.map((name) => [name, fields[name]])));
      const ports = reachingBy(world, async () => new Response(body));
      const { status } = await refreshSession(ports, tenant, "c", generation);
      found.push([subset, status, (await world.session("c"))?.secrets.refresh_token?.reveal()]);
      const whole = subset.includes("access_token") && subset.includes("expires_in");
      const rotated = whole && subset.includes("refresh_token");
      expected.push([subset, whole ? "active" : "unsure", rotated ? "rotated" : old]);
    }
    expect(subsets).toHaveLength(32);
    expect(found).toEqual(expected);
    await world.close();
  });
});
