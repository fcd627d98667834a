import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { addTenant, appOf, bytes, minute, newConnection, newSession, t0 } from "./support/rows.js";

describe.each(databases)("what pages ask the store for on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    database = await make();
    store = await database.open();
    await addTenant(store, "other");
    await store.tenants.add("one", { name: "one", madeBy: null, at: t0 });
    await store.apps.put("one", appOf("one"));
    await store.apps.put("one", { ...appOf("one"), id: "rm", broker: "rmoney", handle: "rm" });
    await store.webhooks.add("one", { id: "w", url: "x", sealedSecret: bytes("s"), createdAt: t0 });
    const people = [
      ["c1", "zebu", "asha", "FA100"],
      ["c2", "zebu", "FA1-ashok", "FA101"],
      ["c3", "rm", "ash_a", "AS9"],
      ["c4", "rm", "béla", "ZZ1"],
      ["c9", "rm", "zoe", "FA1"],
    ] as const;
    for (const [i, [id, app, user, account]] of people.entries()) {
      await store.connections.add("one", newConnection({ id, app, user }));
      await store.connections.putSession(
        "one",
        id,
        0,
        newSession(id, { account, endsAt: t0 + i * 10 * minute }),
      );
      const event = { id: `e${i}`, type: "connection.active", connection: id, data: "{}", at: t0 + i };
      await store.events.append("one", event);
      const record = { at: t0 + i, key: null, action: "connection.add", kind: "connection", id } as const;
      await store.audit.append("one", record);
    }
    await store.connections.add("one", newConnection({ id: "c5", app: "zebu", user: "mia" }));
    await store.events.append("one", { id: "e9", type: "app.put", connection: null, data: "{}", at: t0 });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  const found = async (text: string, limit = 10) =>
    (await store.connections.search("one", text, limit)).map(({ id }) => id);

  it("finds connections by their id, and by the beginning of a user or an account", async () => {
    expect(await found("asha")).toEqual(["c1"]);
    expect(await found("c9")).toEqual(["c9"]);
    expect(await found("ash")).toEqual(["c1", "c3"]);
    expect(await found("FA10")).toEqual(["c1", "c2"]);
    expect(await found("bé")).toEqual(["c4"]);
    expect(await found("sha")).toEqual([]);
    // A sign that patterns use is a letter like any other.
    expect(await found("ash_")).toEqual(["c3"]);
    expect(await found("%")).toEqual([]);
  });

  it("names what is the text itself, however many begin with it", async () => {
    expect(await found("FA1", 1)).toEqual(["c9"]);
    expect(await found("FA1")).toEqual(["c1", "c2", "c9"]);
  });

  it("counts each status, and no further than it was asked to", async () => {
    const counts = { new: 1, pending: 0, active: 5, login_needed: 0, unsure: 0, closed: 0 };
    expect(await store.connections.counts("one", 10)).toEqual(counts);
    expect(await store.connections.counts("one", 3)).toEqual({ ...counts, active: 3 });
  });

  it("counts those of an app in a status, and no further than it was asked to", async () => {
    const of = (app: string, most = 10) =>
      store.connections.countOfApp("one", app, { status: "active", most });
    expect([await of("zebu"), await of("rm"), await of("rm", 1), await of("nowhere")]).toEqual([2, 3, 1, 0]);
  });

  it("groups ends by broker and step: a step's first moment is in it, its last in the next", async () => {
    const wanted = {
      brokers: ["rmoney", "zebu"],
      from: t0,
      until: t0 + 40 * minute,
      stepMs: 20 * minute,
      most: 10,
    } as const;
    const step = (i: number) => ({ from: t0 + i * 20 * minute, until: t0 + (i + 1) * 20 * minute });
    // They end at 0, 10 (zebu), 20, 30 and 40 minutes (rmoney); the last is no longer asked for.
    expect(await store.connections.endGroups("one", wanted)).toEqual([
      { broker: "rmoney", ...step(1), count: 2 },
      { broker: "zebu", ...step(0), count: 2 },
    ]);
    expect(await store.connections.endGroups("one", { ...wanted, most: 1 })).toMatchObject([
      { count: 1 },
      { count: 1 },
    ]);
    const longer = await store.connections.endGroups("one", { ...wanted, until: t0 + 41 * minute });
    expect(longer[1]).toEqual({ broker: "rmoney", from: step(2).from, until: t0 + 41 * minute, count: 1 });
  });

  it("lists events newest first, before a sequence, and of one connection alone", async () => {
    const newest = async (part: { before?: number; connection?: string }, limit = 3) =>
      (await store.events.newest("one", { limit, ...part })).map(({ sequence }) => sequence);
    expect(await newest({})).toEqual([6, 5, 4]);
    expect(await newest({ before: 4 })).toEqual([3, 2, 1]);
    expect(await newest({ connection: "c2" })).toEqual([2]);
    expect(await newest({ connection: "c2", before: 2 })).toEqual([]);
  });

  it("lists the audit newest first, before a sequence, and of one thing alone", async () => {
    const all = await store.audit.newest("one", { limit: 2 });
    expect(all.map(({ id, sequence }) => [id, sequence])).toEqual([
      ["c9", 5],
      ["c4", 4],
    ]);
    const before = await store.audit.newest("one", { limit: 2, before: 4 });
    expect(before.map(({ sequence }) => sequence)).toEqual([3, 2]);
    const of = { kind: "connection", id: "c3" } as const;
    expect(await store.audit.newest("one", { limit: 9, of })).toMatchObject([{ sequence: 3 }]);
    expect(await store.audit.newest("one", { limit: 9, of: { ...of, kind: "app" } })).toEqual([]);
  });

  it("lists a webhook's deliveries newest first, each with its event's type", async () => {
    const sent = await store.webhooks.newestDeliveries("one", "w", { limit: 2 });
    expect(sent).toMatchObject([
      { sequence: 6, type: "app.put" },
      { sequence: 5, type: "connection.active" },
    ]);
    const before = await store.webhooks.newestDeliveries("one", "w", { limit: 9, before: 2 });
    expect(before).toMatchObject([{ sequence: 1 }]);
  });
});
