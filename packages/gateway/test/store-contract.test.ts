import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import {
  addConnection,
  addTenant,
  appOf,
  bytes,
  minute,
  newAttempt,
  newCode,
  newKey,
  newSession,
  t0,
  textOf,
} from "./support/rows.js";

describe.each(databases)("the store on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;
  let count = 0;
  /** A fresh tenant with the app `zebu` and the connection `c1`. */
  const tenant = async (live = true): Promise<string> => {
    count += 1;
    await addTenant(store, `t${count}`, live);
    return `t${count}`;
  };

  beforeAll(async () => {
    database = await make();
    store = await database.open();
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("gives back what was stored, numbers as numbers and bytes as bytes", async () => {
    const own = await tenant();
    const connection = await store.connections.get(own, "c1");
    expect(connection).toMatchObject({
      tenant: own,
      app: "zebu",
      broker: "zebu",
      user: "u1",
      account: "FA1",
      status: "active",
      generation: 1,
      endsAt: t0 + 60 * minute,
      leaseUntil: null,
    });
    expect(textOf(connection?.sealedSession)).toBe("first");
    expect(await store.apps.get(own, "zebu")).toMatchObject({ returnUrls: ["https://app.example/back"] });
  });

  it("keeps an app's handle when its keys are written anew, and refuses it another broker", async () => {
    const own = await tenant();
    const changed = { ...appOf(own), sealedKeys: bytes("newer"), handle: "other", at: t0 + 1 };
    expect(await store.apps.put(own, { ...changed, broker: "rmoney" })).toBeUndefined();
    const app = await store.apps.put(own, changed);
    expect(app).toMatchObject({ handle: `handle-${own}`, createdAt: t0, updatedAt: t0 + 1 });
    expect(textOf(app?.sealedKeys)).toBe("newer");
  });

  it("opens a tenant by its key's hash until the key is ended", async () => {
    const own = await tenant();
    const key = newKey({ scopes: ["read", "proxy"], calls: ["read", "order"], hash: `h-${own}` });
    expect(await store.apiKeys.add(own, key)).not.toHaveProperty("hash");
    expect(await store.waysIn.apiKey(key.hash)).toMatchObject({
      tenant: own,
      scopes: ["read", "proxy"],
      calls: ["read", "order"],
    });
    expect(await store.apiKeys.end(own, "k1", t0 + 1)).toBe(true);
    expect(await store.apiKeys.end(own, "k1", t0 + 2)).toBe(false);
    expect(await store.waysIn.apiKey(key.hash)).toBeUndefined();
  });

  it("opens nothing of a tenant that was ended", async () => {
    const own = await tenant();
    const key = newKey({ hash: `h-${own}` });
    await store.apiKeys.add(own, key);
    const openings = () => Promise.all([store.waysIn.apiKey(key.hash), store.waysIn.app(`handle-${own}`)]);
    expect((await openings()).map((found) => found?.tenant)).toEqual([own, own]);
    expect(await store.tenants.end(own, t0)).toBe(true);
    expect(await openings()).toEqual([undefined, undefined]);
  });

  it("writes a session only upon the generation that it follows", async () => {
    const own = await tenant();
    expect(await store.connections.putSession(own, "c1", 0, newSession("stale"))).toBeUndefined();
    const next = await store.connections.putSession(own, "c1", 1, newSession("second"));
    expect(next?.generation).toBe(2);
    expect(textOf((await store.connections.get(own, "c1"))?.sealedSession)).toBe("second");
  });

  it("lets one of 20 writers that follow the same generation win", async () => {
    const own = await tenant();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.connections.putSession(own, "c1", 1, newSession(`s${i}`))),
    );
    const won = answers.filter((answer) => answer !== undefined);
    expect(won).toHaveLength(1);
    const stored = await store.connections.get(own, "c1");
    expect(stored?.generation).toBe(2);
    expect(textOf(stored?.sealedSession)).toBe(textOf(won[0]?.sealedSession));
  });

  it("changes a status only from the generation and status that were expected", async () => {
    const own = await tenant();
    const change = { status: "login_needed", reason: "session_ended", at: t0 + 1 } as const;
    const { connections } = store;
    expect(await connections.change(own, "c1", { generation: 0 }, change)).toBeUndefined();
    expect(
      await connections.change(own, "c1", { generation: 1, status: ["pending"] }, change),
    ).toBeUndefined();
    const changed = await connections.change(own, "c1", { generation: 1, status: ["active"] }, change);
    expect(changed).toMatchObject({
      status: "login_needed",
      reason: "session_ended",
      endsAt: t0 + 60 * minute,
    });
  });

  it("erases the session, the logins and the lease of a connection that is closed, for good", async () => {
    const own = await tenant();
    await store.attempts.open(own, newAttempt());
    await store.codes.add(own, newCode({ hash: `code-${own}` }));
    await store.connections.lease(own, "c1", { owner: "o", ms: 3_600_000 });
    expect(await store.connections.close(own, "c1", t0 + 1)).toMatchObject({
      status: "closed",
      leaseOwner: null,
      waiting: [{ tenant: own, hash: `code-${own}` }],
    });
    expect(await store.connections.get(own, "c1")).toMatchObject({
      status: "closed",
      sealedSession: null,
      generation: 2,
      dueAt: null,
    });
    const claim = { handle: `handle-${own}`, broker: "zebu", browserHash: "browser", now: t0 } as const;
    expect(await store.attempts.take(own, claim)).toBeUndefined();
    expect(await store.codes.take(own, { connection: "c1", hash: `code-${own}`, now: t0 })).toBeUndefined();
    expect(await store.attempts.open(own, newAttempt())).toBeUndefined();
    expect(await store.connections.putSession(own, "c1", 1, newSession("late"))).toBeUndefined();
    expect(await store.connections.putSession(own, "c1", 2, newSession("later"))).toBeUndefined();
    expect(await store.connections.lease(own, "c1", { owner: "p", ms: 1_000 })).toBeUndefined();
    expect(await store.connections.close(own, "c1", t0 + 2)).toBeUndefined();
  });

  it("moves the idle clock of all connections that share a session, and never back", async () => {
    const own = await tenant(false);
    for (const id of ["c2", "c3"]) await addConnection(store, own, id, false);
    for (const [id, sessionKey] of [
      ["c1", "same"],
      ["c2", "same"],
      ["c3", "other"],
    ] as const)
      await store.connections.putSession(own, id, 0, newSession(id, { sessionKey }));
    expect((await store.connections.sharing(own, "c1")).map(({ id }) => id)).toEqual(["c2"]);
    const later = t0 + 61 * minute;
    expect(await store.connections.touch(own, "c1", { at: t0 + 5, endsAt: later })).toBe(true);
    expect(await store.connections.touch(own, "c2", { at: t0 + 4, endsAt: later - 1 })).toBe(false);
    const clocks = async (id: string) => {
      const connection = await store.connections.get(own, id);
      return [connection?.usedAt, connection?.endsAt];
    };
    expect(await Promise.all(["c1", "c2", "c3"].map(clocks))).toEqual([
      [t0 + 5, later],
      [t0 + 5, later],
      [t0, t0 + 60 * minute],
    ]);
  });

  it("marks every connection of an app in one statement, and no other", async () => {
    const own = await tenant();
    await addConnection(store, own, "c2", false);
    const change = { status: "login_needed", reason: "vendor_session_ended", at: t0 } as const;
    const marked = await store.connections.changeAllOfApp(own, "zebu", ["active"], change);
    expect(marked.map(({ id }) => id)).toEqual(["c1"]);
    expect((await store.connections.get(own, "c2"))?.status).toBe("new");
  });

  it("keeps nothing of a transaction that failed, and all of one that did not", async () => {
    const own = await tenant(false);
    const both = (fail: boolean) =>
      store.transaction(async (parts) => {
        await parts.connections.putSession(own, "c1", 0, newSession("in"));
        await parts.events.append(own, { id: "e", type: "t", connection: "c1", data: "{}", at: t0 });
        if (fail) throw new RangeError("stop");
      });
    await expect(both(true)).rejects.toThrow(RangeError);
    expect((await store.connections.get(own, "c1"))?.generation).toBe(0);
    expect(await store.events.list(own, 0, 10)).toEqual([]);
    await both(false);
    expect((await store.connections.get(own, "c1"))?.generation).toBe(1);
    expect(await store.events.list(own, 0, 10)).toMatchObject([{ sequence: 1, id: "e" }]);
  });

  it("forgets attempts, codes and kept answers at their end, and none before", async () => {
    const own = await tenant();
    const expiresAt = t0 - 1_000;
    await store.attempts.open(own, newAttempt({ expiresAt }));
    await store.codes.add(own, newCode({ expiresAt }));
    await store.idempotency.begin(own, { hash: "i", bodyHash: "b", expiresAt, now: 0 });
    expect(await store.dueWork.forgetExpired(expiresAt - 1)).toBe(0);
    expect(await store.dueWork.forgetExpired(expiresAt)).toBe(2);
    expect(await store.dueWork.takeExpiredCodes(expiresAt - 1, 10)).toEqual([]);
    const taken = await store.dueWork.takeExpiredCodes(expiresAt, 10);
    expect(taken.map(({ tenant, hash }) => [tenant, hash])).toEqual([[own, "code"]]);
    expect(textOf(taken[0]?.sealedSession)).toBe("waiting");
    expect(await store.dueWork.takeExpiredCodes(expiresAt, 10)).toEqual([]);
  });

  it("says of a statement that fails no more than the database's code", async () => {
    const [own, other] = [await tenant(), await tenant()];
    const taken = { ...appOf(other), handle: `handle-${own}`, id: "pl4nted" };
    const failed = await store.apps.put(other, taken).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: "StoreProblem", code: "store_failed", later: false });
    const said =
      failed instanceof Error ? [failed.message, failed.stack, ...Object.values(failed)].join() : "";
    expect(said).toMatch(/23505|SQLITE_CONSTRAINT_UNIQUE/);
    expect(said).not.toMatch(/pl4nted|handle-/);
    expect(await store.apps.put(other, { ...taken, handle: "free" })).toMatchObject({ handle: "free" });
  });

  it("counts events for each tenant alone, and none for nobody", async () => {
    const [own, other] = [await tenant(), await tenant()];
    const event = { id: "e", type: "t", connection: null, data: "{}", at: t0 };
    for (const sequence of [1, 2]) expect((await store.events.append(own, event))?.sequence).toBe(sequence);
    expect((await store.events.append(other, event))?.sequence).toBe(1);
    expect(await store.events.append("nobody", event)).toBeUndefined();
  });

  it("keeps a vault key's first record, and counts its seals up to the limit", async () => {
    const records = store.vaultRecords;
    expect(await records.keys()).toEqual([]);
    expect(await records.countSeals("k1", 1, 10)).toBe(false);
    await Promise.all(
      ["a", "b", "c"].map((name) => records.plant({ keyId: "k1", canary: bytes(name), seals: 0 })),
    );
    const [kept, ...more] = await records.keys();
    expect(more).toEqual([]);
    const counted = await Promise.all(Array.from({ length: 8 }, () => records.countSeals("k1", 3, 10)));
    expect(counted.filter(Boolean)).toHaveLength(3);
    expect(await records.countSeals("k1", 1, 10)).toBe(true);
    expect(await records.countSeals("k1", 1, 10)).toBe(false);
    await records.plant({ keyId: "k1", canary: bytes("later"), seals: 0 });
    const [after] = await records.keys();
    expect(after?.seals).toBe(10);
    expect(textOf(after?.canary)).toBe(textOf(kept?.canary));
  });

  it("tells listeners of a change when it is committed, and of none that was undone", async () => {
    const own = await tenant();
    const heard: string[] = [];
    let wake: () => void = () => undefined;
    const last = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const stop = await store.listen({
      onChange: ({ tenant: of, id }) => {
        if (of === own) heard.push(id);
        if (id === "last") wake();
      },
      onGap: () => undefined,
    });
    const announce = (id: string) => ({ tenant: own, kind: "connection", id }) as const;
    const undone = store.transaction(async ({ changes }) => {
      await changes.announce(announce("undone"));
      throw new RangeError("stop");
    });
    await expect(undone).rejects.toThrow(RangeError);
    await store.transaction(async ({ changes }) => {
      await changes.announce(announce("done"));
      expect(heard).toEqual([]);
    });
    await store.changes.announce(announce("last"));
    await last;
    await stop();
    expect(heard).toEqual(["done", "last"]);
  });
});
