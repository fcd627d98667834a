import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { liveSession } from "../../src/flows/live-session.js";
import { databases } from "../support/databases.js";
import {
  hour,
  type LifetimeWorld,
  minute,
  newLifetimeWorld,
  refreshPath,
  tenant,
} from "./support/lifetime-world.js";

describe.each(databases)("a session to be used on %s", (_name, make) => {
  let world: LifetimeWorld;
  const wanted = (id: string, minMs = 0) => liveSession(world.ports, tenant, id, { minMs });
  const refused = (code: string) => expect.objectContaining({ code });

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  it("comes with the connection, the app and the client, and is taken by the broker", async () => {
    await world.connect("zebu", "z");
    const { connection, app, client, session } = await wanted("z");
    expect([connection.id, app.id, client.id]).toEqual(["z", "zebu", "zebu"]);
    expect((await client.prove(session)).account).toBe("ZP0001");
    expect(await world.received("zebu", refreshPath)).toEqual([]);
  });

  it("is renewed first where it has ended, or is shorter than wished for", async () => {
    await world.connect("zebu", "short");
    world.advance(50 * minute);
    expect((await wanted("short", 10 * minute)).connection.generation).toBe(1);
    expect((await wanted("short", 10 * minute + 1)).connection.generation).toBe(2);
    world.advance(2 * hour);
    const { connection, client, session } = await wanted("short");
    expect(connection).toMatchObject({ generation: 3, status: "active" });
    expect((await client.prove(session)).account).toBe("ZP0001");
  });

  it("is refused where no renewal lasts so long, and given where it does", async () => {
    await world.connect("zebu", "long");
    await expect(wanted("long", 2 * hour)).rejects.toEqual(refused("session_too_short"));
    expect((await wanted("long", hour)).connection.status).toBe("active");
  });

  it("is refused where it is short and nobody renews it, and given for less", async () => {
    await world.connect("nuvama", "n");
    await expect(wanted("n", 9 * hour)).rejects.toEqual(refused("session_too_short"));
    expect(await world.row("n")).toMatchObject({ status: "active", generation: 1 });
    expect((await wanted("n", 8 * hour)).connection.generation).toBe(1);
  });

  it("is never used behind its end while the broker has no time to renew it", async () => {
    await world.connect("zebu", "busy");
    world.advance(hour);
    await world.fault("zebu", "too-many-requests", { path: refreshPath });
    await expect(wanted("busy")).rejects.toEqual(refused("connection_unsure"));
    expect(await world.row("busy")).toMatchObject({ status: "unsure" });
  });

  it("is not there before a login, nor behind the connection's end, nor for another tenant", async () => {
    await world.add("zebu", "new");
    await expect(wanted("new")).rejects.toEqual(refused("login_needed"));
    await world.connect("zebu", "closed");
    expect((await wanted("closed")).session.account).toBe("ZP0001");
    await expect(liveSession(world.ports, "other", "closed")).rejects.toEqual(refused("not_found"));
    await world.store.connections.close(tenant, "closed", world.now());
    await expect(wanted("closed")).rejects.toEqual(refused("connection_closed"));
    await expect(wanted("nobody")).rejects.toEqual(refused("not_found"));
  });

  it("is refused where its account was never confirmed", async () => {
    await world.connect("zebu", "unproven");
    const session = await world.session("unproven");
    if (!session) throw new Error("no session");
    await world.keep("unproven", { ...session, confirmed: false });
    await expect(wanted("unproven")).rejects.toEqual(refused("login_needed"));
    await world.keep("unproven", session);
    expect((await wanted("unproven")).connection.generation).toBe(3);
  });

  it("is never renewed by the client itself, behind the lease", async () => {
    await world.connect("zebu", "last");
    world.advance(hour - 10_000);
    const { client, session } = await wanted("last");
    const before = (await world.received("zebu", refreshPath)).length;
    expect(Object.keys(await client.callHeaders(session))).toEqual(["authorization"]);
    expect((await world.received("zebu", refreshPath)).length).toBe(before);
  });
});
