import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepNewer } from "../../src/flows/keep-newer.js";
import type { Connection } from "../../src/ports/connections.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { hour, type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";
import { called, keyOf } from "./support/newer-values.js";

describe.each(databases)("newer values in an answer's headers, on %s", (_name, make) => {
  let world: LifetimeWorld;

  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  it("are written back once, as the next generation, and taken by the broker", async () => {
    const connection = await world.connect("nuvama", "n");
    const first = await keyOf(world, "n");
    world.advance(hour);
    const newer = await called(world, "n");
    expect(newer.secrets.appIdKey?.reveal()).toBe(`${first}.1`);
    const kept = await Promise.all([1, 2, 3].map(() => keepNewer(world.ports, connection, newer)));
    expect(kept.map(({ generation }) => generation)).toEqual([2, 2, 2]);
    expect(await keyOf(world, "n")).toBe(`${first}.1`);
    expect(await world.livesAtBroker("n")).toBe(true);
    expect((await called(world, "n")).secrets.appIdKey?.reveal()).toBe(`${first}.1`);
  });

  it("are written back for every connection that shares the session, and for no other", async () => {
    const a = await world.connect("nuvama", "a");
    await world.connect("nuvama", "b");
    await world.connect("nuvama", "alone", "80163504");
    world.advance(hour);
    await keepNewer(world.ports, a, await called(world, "a"));
    expect(await keyOf(world, "b")).toBe(await keyOf(world, "a"));
    const generations = await Promise.all(
      ["a", "b", "alone"].map(async (id) => (await world.row(id)).generation),
    );
    expect(generations).toEqual([2, 2, 1]);
    const { connections } = world.store;
    expect((await connections.sharing(tenant, "a")).map(({ id }) => id)).toEqual(["b"]);
    expect(await world.livesAtBroker("b")).toBe(true);
  });

  it("don't keep a later login, which has the broker's older values, from sharing the session", async () => {
    const a = await world.connect("nuvama", "a");
    world.advance(hour);
    await keepNewer(world.ports, a, await called(world, "a"));
    await world.connect("nuvama", "later");
    await world.connect("nuvama", "alone", "80163504");
    const { connections } = world.store;
    expect((await connections.sharing(tenant, "later")).map(({ id }) => id)).toEqual(["a"]);
    expect(await connections.sharing(tenant, "alone")).toEqual([]);
  });

  it("leave the warnings that were given, the end and the due work as they are", async () => {
    const { endsAt } = await world.connect("nuvama", "n");
    const at = world.now();
    const change = { warnedSoonAt: at, warnedEveningAt: at, dueAt: endsAt, at };
    const connection = await world.store.connections.change(tenant, "n", { generation: 1 }, change);
    world.advance(hour);
    const kept = await keepNewer(world.ports, connection as Connection, await called(world, "n"));
    expect(kept).toMatchObject({
      generation: 2,
      warnedSoonAt: at,
      warnedEveningAt: at,
      dueAt: endsAt,
      status: "active",
    });
    expect(kept.endsAt).toBe(world.now() + 8 * hour);
  });

  it("are heard of by the other gateways", async () => {
    const connection = await world.connect("nuvama", "n");
    const { heard, stop } = await hearChanges(world.store);
    world.advance(hour);
    await keepNewer(world.ports, connection, await called(world, "n"));
    await expect.poll(() => heard).toContain(`${tenant} connection n`);
    await stop();
  });

  it("of a session that a later login has taken the place of are dropped", async () => {
    const connection = await world.connect("nuvama", "n");
    world.advance(hour);
    const newer = await called(world, "n");
    const later = { ...newer, startedAt: world.now() };
    await world.keep("n", later);
    const kept = await keepNewer(world.ports, connection, { ...newer, secrets: {} });
    expect(kept.generation).toBe(2);
    expect(await keyOf(world, "n")).toBe(later.secrets.appIdKey?.reveal());
  });

  it("of a connection that needs a login by now are dropped", async () => {
    const connection = await world.connect("nuvama", "n");
    world.advance(hour);
    const newer = await called(world, "n");
    await world.store.connections.close(tenant, "n", world.now());
    expect(await keepNewer(world.ports, connection, newer)).toMatchObject({
      status: "closed",
      sealedSession: null,
    });
  });
});
