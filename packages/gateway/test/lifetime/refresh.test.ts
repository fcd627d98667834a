import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refreshSession } from "../../src/flows/refresh-session.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { deferred } from "./support/deferred.js";
import { pausedAt } from "./support/interrupted.js";
import {
  hour,
  type LifetimeWorld,
  minute,
  newLifetimeWorld,
  refreshPath,
  tenant,
} from "./support/lifetime-world.js";

describe.each(databases)("a refresh on %s", (_name, make) => {
  let world: LifetimeWorld;
  let other: Ports;
  let calls: number;
  const sent = async () => (await world.received("zebu", refreshPath)).length - calls;

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
    other = await world.secondGateway();
  });
  afterAll(() => world.close());

  const connect = async (id: string) => {
    const connection = await world.connect("zebu", id);
    calls = (await world.received("zebu", refreshPath)).length;
    return connection;
  };

  it("puts a newer session in the older one's place, tells of it, and frees the lease", async () => {
    const before = await connect("one");
    world.advance(50 * minute);
    const after = await refreshSession(world.ports, tenant, "one", 1);
    expect(after).toMatchObject({
      generation: 2,
      status: "active",
      reason: null,
      triedAt: null,
      startedAt: before.startedAt,
    });
    expect(after.endsAt).toBe(world.now() + hour);
    expect(await world.row("one")).toMatchObject({ leaseOwner: null, triedAt: null, triedWhat: null });
    expect(await world.livesAtBroker("one")).toBe(true);
    const ends_at = new Date(world.now() + hour).toISOString();
    expect(await world.told("one")).toEqual([
      { type: "connection.refreshed", connection: "one", data: { generation: 2, ends_at } },
    ]);
    expect(await sent()).toBe(1);
    expect(world.signalled).toContain("refreshed zebu renewed");
  });

  it("keeps the refresh token, which the answer doesn't repeat, for the next time", async () => {
    await connect("again");
    const token = (await world.session("again"))?.secrets.refresh_token?.reveal();
    await refreshSession(world.ports, tenant, "again", 1);
    await refreshSession(world.ports, tenant, "again", 2);
    expect((await world.session("again"))?.secrets.refresh_token?.reveal()).toBe(token);
    expect(await world.row("again")).toMatchObject({ generation: 3 });
    expect(await sent()).toBe(2);
  });

  it("is sent once for fifty callers in two gateways, and all of them get its outcome", async () => {
    await connect("many");
    const callers = Array.from({ length: 50 }, (_, i) =>
      refreshSession(i % 2 ? world.ports : other, tenant, "many", 1, { stepMs: 20 }),
    );
    const generations = (await Promise.all(callers)).map(({ generation }) => generation);
    expect(new Set(generations)).toEqual(new Set([2]));
    expect(await sent()).toBe(1);
  });

  it("is not sent for a generation that has been followed by another", async () => {
    await connect("late");
    await refreshSession(world.ports, tenant, "late", 1);
    expect(await refreshSession(world.ports, tenant, "late", 1)).toMatchObject({ generation: 2 });
    expect(await sent()).toBe(1);
    expect(await refreshSession(world.ports, tenant, "late", 2)).toMatchObject({ generation: 3 });
    expect(await sent()).toBe(2);
  });

  it("says that another gateway is at work, once it has waited long enough, and goes on when that is done", async () => {
    await connect("held");
    const { connections } = world.store;
    await connections.lease(tenant, "held", { owner: "elsewhere", ms: hour });
    const refresh = () => refreshSession(world.ports, tenant, "held", 1, { waitMs: 40, stepMs: 20 });
    await expect(refresh()).rejects.toMatchObject({ code: "busy" });
    expect(await sent()).toBe(0);
    await connections.release(tenant, "held", "elsewhere");
    expect(await refresh()).toMatchObject({ generation: 2 });
    expect(await sent()).toBe(1);
  });

  it("is not sent again by who has waited for another's, which the broker had no time for", async () => {
    await connect("waiting");
    await world.fault("zebu", "too-many-requests", { path: refreshPath });
    const first = pausedAt(world, "behind");
    const holder = refreshSession(first.ports, tenant, "waiting", 1);
    await first.reached;
    const refused = deferred();
    const lease: typeof world.store.connections.lease = async (...wish) => {
      const leased = await world.store.connections.lease(...wish);
      if (!leased) refused.resolve();
      return leased;
    };
    const store = { ...other.store, connections: { ...world.store.connections, lease } };
    const waiter = refreshSession({ ...world.ports, store }, tenant, "waiting", 1, { stepMs: 20 });
    await refused.promise;
    first.goOn();
    expect(await holder).toMatchObject({ status: "active", generation: 1 });
    expect(await waiter).toMatchObject({ status: "active", generation: 1 });
    expect(await sent()).toBe(1);
    expect(await refreshSession(world.ports, tenant, "waiting", 1)).toMatchObject({ generation: 2 });
  });

  it("is not sent under a lease that is about to run out, but under a long one", async () => {
    await connect("short");
    const clock = () => Promise.resolve(Date.now() + 45_000);
    const late = { ...world.ports, store: { ...world.store, clock } };
    await expect(refreshSession(late, tenant, "short", 1)).rejects.toMatchObject({ code: "busy" });
    expect(await sent()).toBe(0);
    expect(await refreshSession(world.ports, tenant, "short", 1)).toMatchObject({ generation: 2 });
  });

  it("logs out what it was given for a connection that was closed meanwhile", async () => {
    await connect("closed");
    const { connections } = world.store;
    const closing: Ports = {
      ...world.ports,
      vault: {
        ...world.ports.vault,
        async seal(slot, text) {
          await connections.close(tenant, "closed", world.now());
          return world.ports.vault.seal(slot, text);
        },
      },
    };
    const logouts = async () => (await world.received("zebu", "/NorenWClientAPI/Logout")).length;
    const before = await logouts();
    expect(await refreshSession(closing, tenant, "closed", 1)).toMatchObject({
      status: "closed",
      sealedSession: null,
    });
    expect((await logouts()) - before).toBe(1);
  });

  it("answers another tenant as it answers for a connection that isn't there", async () => {
    await connect("own");
    await world.addTenant("foreign", []);
    await expect(refreshSession(world.ports, "foreign", "own", 1)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await sent()).toBe(0);
    expect(await refreshSession(world.ports, tenant, "own", 1)).toMatchObject({ generation: 2 });
  });

  it("is not tried at a broker that has none", async () => {
    const before = await world.connect("ventura", "none");
    expect(await refreshSession(world.ports, tenant, "none", 1)).toMatchObject({
      generation: 1,
      status: "active",
      updatedAt: before.updatedAt,
    });
  });
});
