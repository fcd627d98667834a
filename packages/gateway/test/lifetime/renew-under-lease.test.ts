import type { AnyClient } from "kunji";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { renewUnderLease } from "../../src/flows/renew-under-lease.js";
import type { Connection } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { hour, type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const [[, onFile]] = databases;
const owner = "here";

describe("a renewal under a lease", () => {
  let world: LifetimeWorld;
  let calls: number;
  const sent = async () => (await world.received("zebu", refreshPath)).length - calls;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  async function leased(id: string): Promise<Connection> {
    const connection = await world.store.connections.lease(tenant, id, { owner, ms: hour });
    if (!connection) throw new Error("held by another");
    return connection;
  }
  /** A connection that is leased. */
  async function connect(id: string): Promise<Connection> {
    await world.connect("zebu", id);
    calls = (await world.received("zebu", refreshPath)).length;
    return leased(id);
  }
  /** Ports whose database has this time. */
  const at = (clock: () => Promise<number>): Ports => ({ ...world.ports, store: { ...world.store, clock } });

  it("is sent where the lease lasts for two calls, and not where it ends before", async () => {
    const connection = await connect("short");
    const latest = (connection.leaseUntil ?? 0) - 2 * world.ports.renewals.callMs;
    const late = renewUnderLease(
      at(async () => latest + 1),
      connection,
      owner,
      false,
    );
    await expect(late).rejects.toMatchObject({ code: "busy", facts: { broker: "zebu", retryAfterS: 5 } });
    expect([await sent(), (await world.row("short")).triedAt]).toEqual([0, null]);
    const inTime = renewUnderLease(
      at(async () => latest),
      connection,
      owner,
      false,
    );
    expect(await inTime).toMatchObject({ generation: 2, status: "active" });
    expect(await sent()).toBe(1);
  });

  it("is not sent where another session came while the lease ran out: that one is the answer", async () => {
    const connection = await connect("overtaken");
    const session = await world.session("overtaken");
    if (!session) throw new Error("no session");
    const overtaking = at(async () => {
      await world.keep("overtaken", session);
      return connection.leaseUntil ?? 0;
    });
    expect(await renewUnderLease(overtaking, connection, owner, false)).toMatchObject({ generation: 2 });
    expect(await sent()).toBe(0);
  });

  it("is not sent for a session that has been followed by another, nor by who lost the lease", async () => {
    const connection = await connect("followed");
    const session = await world.session("followed");
    if (!session) throw new Error("no session");
    await world.keep("followed", session);
    expect(await renewUnderLease(world.ports, connection, owner, false)).toMatchObject({ generation: 2 });
    const current = await world.row("followed");
    const foreign = renewUnderLease(world.ports, current, "elsewhere", false);
    await expect(foreign).rejects.toMatchObject({ code: "busy" });
    expect(await sent()).toBe(0);
    expect(await renewUnderLease(world.ports, current, owner, false)).toMatchObject({ generation: 3 });
    expect(await sent()).toBe(1);
  });

  it("of a dead session is counted as one of a row while it is in doubt, and anew once it isn't", async () => {
    const again = async () => renewUnderLease(world.ports, await world.row("dead"), owner, true);
    const connection = await connect("dead");
    const attempt = { generation: 1, what: "refresh 4", at: world.now() };
    await world.store.connections.noteTry(tenant, "dead", owner, attempt);
    expect(connection.status).toBe("active");
    await world.fault("zebu", "internal-error", { path: refreshPath, times: 3 });
    for (const triedWhat of ["refresh", "refresh 2", "refresh 3"])
      expect(await again()).toMatchObject({ status: "unsure", triedWhat });
    expect(await again()).toMatchObject({ status: "active", generation: 2, triedWhat: null });
    expect(await sent()).toBe(4);
  });

  it("is not sent while it is in doubt whether the session lives, unless that is known to be dead", async () => {
    await connect("doubt");
    const change = { status: "unsure", reason: "network", at: world.now() } as const;
    await world.store.connections.change(tenant, "doubt", { generation: 1 }, change);
    const doubtful = await world.row("doubt");
    expect(await renewUnderLease(world.ports, doubtful, owner, false)).toEqual(doubtful);
    const attempt = { generation: 1, what: "refresh", at: world.now() };
    await world.store.connections.noteTry(tenant, "doubt", owner, attempt);
    const tried = await world.row("doubt");
    expect(await renewUnderLease(world.ports, tried, owner, false)).toMatchObject({ reason: "network" });
    expect(await sent()).toBe(0);
    expect(await renewUnderLease(world.ports, tried, owner, true)).toMatchObject({ generation: 2 });
    expect(await sent()).toBe(1);
  });

  it("has nothing to do where there is no session, or none that its broker renews", async () => {
    const without = { ...(await connect("without")), sealedSession: null };
    expect(await renewUnderLease(world.ports, without, owner, true)).toBe(without);
    expect((await world.row("without")).triedAt).toBeNull();
    await world.connect("ventura", "never");
    const never = await leased("never");
    expect(await renewUnderLease(world.ports, never, owner, true)).toBe(never);
    expect((await world.row("never")).triedAt).toBeNull();
  });

  it("that fails by a fault of the gateway's own says so, and leaves its try for others to find", async () => {
    const connection = await connect("faulty");
    const fault = new TypeError("a fault");
    const { brokers } = world.ports;
    const open: typeof brokers.open = (wish) =>
      ({ ...brokers.open(wish), refresh: () => Promise.reject(fault) }) as AnyClient;
    const faulty = { ...world.ports, brokers: { ...brokers, open } };
    await expect(renewUnderLease(faulty, connection, owner, false)).rejects.toBe(fault);
    expect(await world.row("faulty")).toMatchObject({
      status: "active",
      triedWhat: "refresh",
      dueAt: world.now(),
    });
    expect(await renewUnderLease(world.ports, await world.row("faulty"), owner, false)).toMatchObject({
      status: "unsure",
      reason: "outcome_unknown",
    });
  });
});
