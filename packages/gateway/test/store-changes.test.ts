import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import { addConnection, addTenant, minute, newSession, t0, textOf } from "./support/rows.js";

describe.each(databases)("what changes of a connection on %s", (_name, make) => {
  let gateways: Gateways;
  let count = 0;
  let own = "";

  beforeAll(async () => {
    gateways = await openGateways(await make());
  });
  afterAll(() => gateways.close());
  beforeEach(async () => {
    count += 1;
    own = `t${count}`;
    await addTenant(gateways.store, own);
  });

  it("is what was named, and nothing else", async () => {
    const { connections } = gateways.store;
    const before = await connections.get(own, "c1");
    const change = {
      status: "unsure",
      reason: "refresh_unknown",
      endsAt: t0 + minute,
      dueAt: null,
      expectedAccount: "FA1",
      returnUrl: "https://app.example/other",
      warnedSoonAt: t0 + 1,
      at: t0 + 2,
    } as const;
    const { at, ...columns } = change;
    const changed = await connections.change(own, "c1", { generation: 1 }, change);
    expect(changed).toEqual({ ...before, ...columns, updatedAt: at });
    expect(await connections.get(own, "c1")).toEqual(changed);
  });

  it("leaves no warning and no try of the session before upon a new session", async () => {
    const { connections } = gateways.store;
    await connections.lease(own, "c1", { owner: "o", ms: 60_000 });
    await connections.noteTry(own, "c1", "o", { generation: 1, what: "refresh", at: t0 });
    const warned = { warnedSoonAt: t0 + 1, warnedEveningAt: t0 + 2, at: t0 + 2 };
    expect(await connections.change(own, "c1", { generation: 1 }, warned)).toMatchObject({
      warnedSoonAt: t0 + 1,
      warnedEveningAt: t0 + 2,
      triedWhat: "refresh",
    });
    expect(await connections.putSession(own, "c1", 1, newSession("second"))).toMatchObject({
      warnedSoonAt: null,
      warnedEveningAt: null,
      triedAt: null,
      triedWhat: null,
      returnUrl: "https://app.example/back",
    });
  });

  it("leaves the warnings that hold for the new session too", async () => {
    const { connections } = gateways.store;
    const brought = { ...newSession("second"), warnedSoonAt: t0 + 1, warnedEveningAt: null };
    expect(await connections.putSession(own, "c1", 1, brought)).toMatchObject({
      warnedSoonAt: t0 + 1,
      warnedEveningAt: null,
    });
  });

  it("forgets a try whose outcome is known, and keeps the session", async () => {
    const { connections } = gateways.store;
    await connections.lease(own, "c1", { owner: "o", ms: 60_000 });
    await connections.noteTry(own, "c1", "o", { generation: 1, what: "refresh", at: t0 });
    const known = { status: "active", triedAt: null, triedWhat: null, at: t0 } as const;
    const changed = await connections.change(own, "c1", { generation: 1 }, known);
    expect(changed).toMatchObject({ triedAt: null, triedWhat: null, generation: 1 });
    expect(textOf(changed?.sealedSession)).toBe("first");
  });

  it("erases a session, which is shared with no other connection from then on", async () => {
    const { connections } = gateways.store;
    await addConnection(gateways.store, own, "c2", false);
    await connections.putSession(own, "c1", 1, newSession("s", { sessionKey: "same" }));
    await connections.putSession(own, "c2", 0, newSession("s", { sessionKey: "same" }));
    const sharers = async () => (await connections.sharing(own, "c2")).map(({ id }) => id);
    const ended = { status: "login_needed", reason: "session_over", at: t0 + 1 } as const;
    await connections.change(own, "c1", { generation: 2 }, ended);
    expect(await sharers()).toEqual(["c1"]);
    const erased = await connections.change(
      own,
      "c1",
      { generation: 2 },
      { ...ended, sealedSession: null, dueAt: null },
    );
    expect(erased).toMatchObject({ sealedSession: null, sessionKey: null, startedAt: t0, generation: 2 });
    expect(await sharers()).toEqual([]);
    expect(textOf((await connections.get(own, "c2"))?.sealedSession)).toBe("s");
  });

  it("erases the sessions of an app at once, and not those of another", async () => {
    const { connections } = gateways.store;
    const change = {
      status: "login_needed",
      reason: "vendor_logged_out",
      sealedSession: null,
      at: t0,
    } as const;
    expect(await connections.changeAllOfApp(own, "other", ["active"], change)).toEqual([]);
    expect((await connections.get(own, "c1"))?.sealedSession).not.toBeNull();
    const [changed] = await connections.changeAllOfApp(own, "zebu", ["active"], change);
    expect(changed).toMatchObject({
      id: "c1",
      status: "login_needed",
      returnUrl: "https://app.example/back",
    });
    expect(changed).not.toHaveProperty("sealedSession");
    expect((await connections.get(own, "c1"))?.sealedSession).toBeNull();
  });
});
