import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logOutVendor, vendorStore } from "../src/flows/vendor-session.js";
import { databases } from "./support/databases.js";
import { newVendorWorld, secondUser, type VendorWorld, vendorPath } from "./support/vendor-world.js";

const limits = (account: string | undefined) => `/edelmw-eq/eq/limits/rmssublimits/${account}/`;

describe.each(databases)("a vendor's logout on %s", (_, open) => {
  let world: VendorWorld;
  beforeEach(async () => {
    world = await newVendorWorld(await open());
  });
  afterEach(() => world.close());

  const statusOf = async (id: string) => (await world.store.connections.get("acme", id))?.status;
  const logOut = () => logOutVendor(world.ports, "acme", "nuvama", "key1");

  it("is sent to the broker and marks every connection of the app that has a session", async () => {
    await world.connect("c1");
    await world.connect("c2", "unsure", secondUser);
    await world.connect("c3", "pending");
    await world.connect("c4");
    await world.addCode("c3");
    await world.store.connections.close("acme", "c4", world.now());
    const before = (await world.events()).length;
    await logOut();
    expect(await world.received("logoutvendor")).toBe(1);
    expect(await Promise.all(["c1", "c2", "c3", "c4"].map(statusOf))).toEqual([
      "login_needed",
      "login_needed",
      "login_needed",
      "closed",
    ]);
    expect(await world.takeCode("c3")).toBe(false);
    expect(await world.store.connections.get("acme", "c1")).toMatchObject({
      reason: "vendor_logged_out",
      sealedSession: null,
      endsAt: null,
      dueAt: null,
    });
    const told = (await world.events()).slice(before);
    expect(told[0]).toEqual({
      type: "vendor_session.ended",
      connection: null,
      data: { app: "nuvama", reason: "vendor_logged_out" },
    });
    expect(
      told
        .slice(1)
        .map(({ type, connection }) => `${type} ${connection}`)
        .sort(),
    ).toEqual(["c1", "c2", "c3"].map((id) => `connection.login_needed ${id}`));
    expect(told[1]?.data).toMatchObject({
      reason: "vendor_logged_out",
      connect_url: expect.stringContaining(`${world.ports.publicUrl}/connect/`),
    });
    expect(await world.row()).toMatchObject({
      sealedSession: null,
      loggedOutAt: world.now(),
      leaseOwner: null,
    });
    const audited = await world.store.audit.list("acme", 0, 10);
    expect(audited.map(({ key, action, id }) => `${action} ${key} ${id}`).sort()).toEqual([
      "connection.need_login null c1",
      "connection.need_login null c2",
      "connection.need_login null c3",
      "vendor_session.end key1 nuvama",
      "vendor_session.start null nuvama",
    ]);
  });

  it("is told to all gateways", async () => {
    await world.connect("c1");
    const heard: string[] = [];
    let gaps = 0;
    const stop = await world.store.listen({
      onChange: ({ tenant, kind, id }) => void heard.push(`${tenant} ${kind} ${id}`),
      onGap: () => void gaps++,
    });
    await logOut();
    await expect.poll(() => heard.length + gaps).toBeGreaterThanOrEqual(2);
    expect(heard).toEqual(["acme vendor_session nuvama", "acme connection c1"]);
    await stop();
  });

  it("is not undone by a call, but by the next login", async () => {
    const session = await world.connect("c1");
    const token = (await vendorStore(world.ports, world.app).load())?.token;
    await logOut();
    const sent = (await world.ledger("nuvama")).length;
    const call = () => world.client().fetch(session, limits(session.account));
    await expect(call()).rejects.toMatchObject({ code: "login_needed", field: "vendor" });
    // A call that had read the token before the logout.
    await expect(vendorStore(world.ports, world.app).renew?.(token)).rejects.toMatchObject({
      code: "login_needed",
    });
    expect(await world.ledger("nuvama")).toHaveLength(sent);
    await world.client().begin();
    expect(await world.received("loginvendor")).toBe(2);
    expect((await call()).status).toBe(200);
    expect(await world.row()).toMatchObject({ loggedOutAt: null });
  });

  it("marks nothing where the broker does not log out, and everything when it then does", async () => {
    const session = await world.connect("c1");
    await world.failOnce(vendorPath("logoutvendor"));
    await world.addCode("c1");
    await expect(logOut()).rejects.toMatchObject({ code: "broker_unavailable" });
    expect(await world.takeCode("c1")).toBe(true);
    expect(await statusOf("c1")).toBe("active");
    expect(await world.row()).toMatchObject({ generation: 1, loggedOutAt: null, leaseOwner: null });
    expect((await world.client().fetch(session, limits(session.account))).status).toBe(200);
    await logOut();
    expect(await statusOf("c1")).toBe("login_needed");
    expect(await world.received("logoutvendor")).toBe(2);
  });

  it("is refused where there is no vendor session, and for another tenant's app", async () => {
    const absent = { code: "vendor_session_absent" };
    await expect(logOut()).rejects.toMatchObject(absent);
    await world.connect("c1");
    await expect(logOutVendor(world.ports, "other", "nuvama", null)).rejects.toMatchObject({
      code: "not_found",
    });
    await logOut();
    await expect(logOut()).rejects.toMatchObject(absent);
    expect(await world.received("logoutvendor")).toBe(1);
  });

  it("leaves another tenant's app and its connections alone", async () => {
    await world.connect("c1");
    await world.addTenant("other", ["nuvama"]);
    const { store } = world;
    const row = { id: "c1", app: "nuvama", user: "u", expectedAccount: null, returnUrl: "", at: world.now() };
    await store.connections.add("other", row);
    await store.connections.change("other", "c1", { generation: 0 }, { status: "active", at: world.now() });
    await logOut();
    expect((await store.connections.get("other", "c1"))?.status).toBe("active");
    expect(await store.events.list("other", 0, 10)).toEqual([]);
    expect(await statusOf("c1")).toBe("login_needed");
  });

  it("waits for a login that is under way, and is busy where that takes too long", async () => {
    await world.connect("c1");
    const wish = { owner: "other gateway", ms: 60_000, at: world.now() };
    await world.store.vendorSessions.lease("acme", "nuvama", wish);
    const impatient = logOutVendor(world.ports, "acme", "nuvama", null, { tries: 2, pauseMs: 1 });
    await expect(impatient).rejects.toMatchObject({ code: "busy" });
    expect(await world.received("logoutvendor")).toBe(0);
    await world.store.vendorSessions.release("acme", "nuvama", "other gateway");
    await logOut();
    expect(await world.received("logoutvendor")).toBe(1);
  });

  it("by way of the app's own client is a logout for all as well", async () => {
    await world.connect("c1");
    await world.client().logoutVendor();
    expect(await statusOf("c1")).toBe("login_needed");
    expect(await world.row()).toMatchObject({ sealedSession: null, loggedOutAt: world.now() });
  });
});
