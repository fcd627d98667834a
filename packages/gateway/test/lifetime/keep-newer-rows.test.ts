import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepNewer } from "../../src/flows/keep-newer.js";
import type { ConnectionChange } from "../../src/ports/connections.js";
import { databases } from "../support/databases.js";
import { hour, type LifetimeWorld, minute, newLifetimeWorld, tenant } from "./support/lifetime-world.js";
import { called, keyOf } from "./support/newer-values.js";

const [[, onFile]] = databases;

describe("what a connection keeps when its session's newer values are written back", () => {
  let world: LifetimeWorld;
  beforeEach(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterEach(() => world.close());

  /** Changes a row and leaves its session on file. */
  async function change(id: string, to: Omit<ConnectionChange, "at">) {
    const { generation } = await world.row(id);
    await world.store.connections.change(tenant, id, { generation }, { ...to, at: world.now() });
  }

  it("is the later of its uses, with the end that follows from it", async () => {
    const connection = await world.connect("nuvama", "n");
    world.advance(hour);
    const newer = await called(world, "n");
    world.advance(minute);
    await world.store.connections.touch(tenant, "n", { at: world.now() });
    const kept = await keepNewer(world.ports, connection, newer);
    expect(kept).toMatchObject({ generation: 2, usedAt: world.now(), endsAt: world.now() + 8 * hour });
  });

  it("is its own login's moment, in the row and in the session", async () => {
    const a = await world.connect("nuvama", "a");
    world.advance(hour);
    const { startedAt } = await world.connect("nuvama", "b");
    expect(startedAt).toBe(world.now());
    await keepNewer(world.ports, a, await called(world, "a"));
    expect(await world.row("b")).toMatchObject({ generation: 2, startedAt });
    expect((await world.session("b"))?.startedAt).toBe(startedAt);
    expect((await world.session("a"))?.startedAt).toBe(a.startedAt);
  });

  it("is its account, also where the newer session doesn't name it", async () => {
    const connection = await world.connect("nuvama", "n");
    const { account } = connection;
    expect(account).toMatch(/./);
    world.advance(hour);
    const named = await keepNewer(world.ports, connection, await called(world, "n"));
    expect(named).toMatchObject({ generation: 2, account });
    world.advance(hour);
    const newer = await called(world, "n");
    const secrets = { ...newer.secrets, appIdKey: new Secret("newer") };
    const unnamed = await keepNewer(world.ports, named, { ...newer, secrets, account: undefined });
    expect(unnamed).toMatchObject({ generation: 3, account });
  });

  it("is its doubt, with the reason for it", async () => {
    const connection = await world.connect("nuvama", "n");
    world.advance(hour);
    const newer = await called(world, "n");
    await change("n", { status: "unsure", reason: "network" });
    const kept = await keepNewer(world.ports, connection, newer);
    expect(kept).toMatchObject({ generation: 2, status: "unsure", reason: "network" });
    expect(await keyOf(world, "n")).toBe(newer.secrets.appIdKey?.reveal());
  });

  it("is its doubt, where it is another one's session that was called with", async () => {
    const a = await world.connect("nuvama", "a");
    await world.connect("nuvama", "b");
    world.advance(hour);
    await change("b", { status: "unsure", reason: "network" });
    await keepNewer(world.ports, a, await called(world, "a"));
    expect(await world.row("a")).toMatchObject({ generation: 2, status: "active", reason: null });
    expect(await world.row("b")).toMatchObject({ generation: 2, status: "unsure", reason: "network" });
  });

  it("is its need of a login, whatever is on file still", async () => {
    const needing = { status: "login_needed", reason: "broker_ended" } as const;
    const a = await world.connect("nuvama", "a");
    const b = await world.connect("nuvama", "b");
    world.advance(hour);
    const newer = await called(world, "a");
    await change("b", needing);
    expect(await keepNewer(world.ports, b, { ...newer, startedAt: b.startedAt ?? 0 })).toMatchObject(needing);
    expect(await keepNewer(world.ports, a, newer)).toMatchObject({ generation: 2, status: "active" });
    expect(await world.row("b")).toMatchObject({ generation: 1, ...needing });
  });

  it("is a value that the broker hands out for the first time, and nothing where it hands out none", async () => {
    const connection = await world.connect("nuvama", "n");
    const session = await world.session("n");
    if (!session) throw new Error("no session");
    expect(await keepNewer(world.ports, connection, session)).toMatchObject({ generation: 1 });
    const secrets = { ...session.secrets, another: new Secret("first") };
    expect(await keepNewer(world.ports, connection, { ...session, secrets })).toMatchObject({
      generation: 2,
    });
    expect((await world.session("n"))?.secrets.another?.reveal()).toBe("first");
  });

  it("is the session of a later login, whose secrets are others", async () => {
    const connection = await world.connect("nuvama", "n");
    const first = await world.session("n");
    if (!first) throw new Error("no session");
    world.advance(hour);
    const newer = await called(world, "n");
    await world.keep("n", { ...first, startedAt: world.now() });
    expect(await keepNewer(world.ports, connection, newer)).toMatchObject({ generation: 2 });
    expect(await keyOf(world, "n")).toBe(first.secrets.appIdKey?.reveal());
    await keepNewer(world.ports, connection, { ...newer, startedAt: world.now() });
    expect(await world.row("n")).toMatchObject({ generation: 3, startedAt: world.now() });
    expect(await keyOf(world, "n")).toBe(newer.secrets.appIdKey?.reveal());
  });
});
