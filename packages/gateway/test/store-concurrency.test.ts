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
  newSession,
  t0,
} from "./support/rows.js";

const hour = 60 * minute;
const wish = (owner: string, ms = hour) => ({ owner, ms });

describe.each(databases)("many callers of the store on %s", (name, make) => {
  let database: TestDatabase;
  let store: Store;
  /** Two gateways where the database serves several, else the one. */
  let gateways: readonly Store[];
  let count = 0;
  const tenant = async (): Promise<string> => {
    count += 1;
    await addTenant(store, `t${count}`);
    return `t${count}`;
  };
  const atOnce = <T>(callers: number, call: (gateway: Store, i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: callers }, (_, i) => call(gateways[i % gateways.length] ?? store, i)));
  /** Waits for a moment on the database's clock. */
  const past = async (moment: number | null | undefined): Promise<void> => {
    while ((await store.clock()) <= (moment ?? 0)) await new Promise((resolve) => setImmediate(resolve));
  };

  beforeAll(async () => {
    database = await make();
    store = await database.open();
    gateways = name === "PostgreSQL" ? [store, await database.open()] : [store];
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    await database.drop();
  });

  it("gives an attempt to one of 50 callbacks", async () => {
    const own = await tenant();
    const claim = { handle: `handle-${own}`, broker: "zebu", browserHash: "browser", now: t0 } as const;
    for (let round = 0; round < 5; round++) {
      await store.attempts.open(own, newAttempt());
      const taken = await atOnce(50, (gateway) => gateway.attempts.take(own, claim));
      expect(taken.filter((attempt) => attempt?.connection === "c1")).toHaveLength(1);
    }
  });

  it("gives an attempt to no callback that doesn't match, and then to the one that does", async () => {
    const own = await tenant();
    await store.attempts.open(own, newAttempt());
    const claim = { handle: `handle-${own}`, broker: "zebu", browserHash: "browser", now: t0 } as const;
    for (const flaw of [
      { handle: "another" },
      { broker: "rmoney" },
      { browserHash: "another" },
      { hash: "another" },
      { now: t0 + 10 * minute },
    ] as const)
      expect(await store.attempts.take(own, { ...claim, ...flaw })).toBeUndefined();
    expect(
      await store.attempts.take(own, { ...claim, hash: "attempt", now: t0 + 10 * minute - 1 }),
    ).toBeDefined();
  });

  it("keeps one attempt open for a browser and app: the newest", async () => {
    const own = await tenant();
    await atOnce(20, (gateway, i) => gateway.attempts.open(own, newAttempt({ hash: `a${i}` })));
    await store.attempts.open(own, newAttempt({ hash: "newest" }));
    await store.attempts.open(own, newAttempt({ hash: "theirs", browserHash: "another browser" }));
    const claim = { handle: `handle-${own}`, broker: "zebu", browserHash: "browser", now: t0 } as const;
    expect((await store.attempts.take(own, claim))?.hash).toBe("newest");
    expect(await store.attempts.take(own, claim)).toBeUndefined();
    expect((await store.attempts.take(own, { ...claim, browserHash: "another browser" }))?.hash).toBe(
      "theirs",
    );
  });

  it("gives a one-time code to one of 50 callers, and not for another connection", async () => {
    const own = await tenant();
    await addConnection(store, own, "c2");
    await store.codes.add(own, newCode());
    const claim = { connection: "c1", hash: "code", now: t0 };
    expect(await store.codes.take(own, { ...claim, connection: "c2" })).toBeUndefined();
    expect(await store.codes.take(own, { ...claim, now: t0 + 10 * minute })).toBeUndefined();
    const taken = await atOnce(50, (gateway) => gateway.codes.take(own, claim));
    expect(taken.filter((code) => code !== undefined)).toHaveLength(1);
  });

  it("leases a connection, and an app's vendor session, to one of 20", async () => {
    const own = await tenant();
    const leases = await atOnce(20, ({ connections }, i) => connections.lease(own, "c1", wish(`o${i}`)));
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
    const vendor = await atOnce(20, ({ vendorSessions }, i) =>
      vendorSessions.lease(own, "zebu", { ...wish(`o${i}`), at: t0 }),
    );
    expect(vendor.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it("leases again what was released, or has ended on the database's clock, and to its owner alone", async () => {
    const own = await tenant();
    const { connections, vendorSessions } = store;
    const first = await connections.lease(own, "c1", wish("first", 1));
    await past(first?.leaseUntil);
    const second = await connections.lease(own, "c1", wish("second"));
    expect(second?.leaseOwner).toBe("second");
    expect(second?.leaseUntil).toBeGreaterThan((await store.clock()) + hour - minute);
    expect(await connections.release(own, "c1", "first")).toBe(false);
    expect(await connections.lease(own, "c1", wish("third"))).toBeUndefined();
    expect(await connections.release(own, "c1", "second")).toBe(true);
    expect(await connections.lease(own, "c1", wish("third"))).toBeDefined();

    const vendor = await vendorSessions.lease(own, "zebu", { ...wish("first", 1), at: t0 });
    await past(vendor?.leaseUntil);
    expect(await vendorSessions.lease(own, "zebu", { ...wish("second"), at: t0 })).toBeDefined();
    expect(await vendorSessions.release(own, "zebu", "first")).toBe(false);
    expect(await vendorSessions.release(own, "zebu", "second")).toBe(true);
    expect(await vendorSessions.lease(own, "zebu", { ...wish("third"), at: t0 })).toBeDefined();
  });

  it("writes a try down only for a lease that lives and a generation that is current", async () => {
    const own = await tenant();
    const { connections } = store;
    const attempt = { generation: 1, what: "refresh", at: t0 };
    expect(await connections.noteTry(own, "c1", "first", attempt)).toBe(false);
    const first = await connections.lease(own, "c1", wish("first", 1));
    await past(first?.leaseUntil);
    expect(await connections.noteTry(own, "c1", "first", attempt)).toBe(false);
    await connections.lease(own, "c1", wish("second"));
    expect(await connections.noteTry(own, "c1", "second", { ...attempt, generation: 0 })).toBe(false);
    expect(await connections.noteTry(own, "c1", "first", attempt)).toBe(false);
    expect(await connections.noteTry(own, "c1", "second", attempt)).toBe(true);
    expect(await connections.get(own, "c1")).toMatchObject({ triedAt: t0, triedWhat: "refresh" });
    await connections.putSession(own, "c1", 1, newSession("second"));
    expect(await connections.get(own, "c1")).toMatchObject({ triedAt: null, triedWhat: null });
  });

  it("keeps a late holder's session while the generation is still the one it began from, and the new lease", async () => {
    const own = await tenant();
    const { connections } = store;
    const first = await connections.lease(own, "c1", wish("first", 1));
    await past(first?.leaseUntil);
    await connections.lease(own, "c1", wish("second"));
    expect(await connections.putSession(own, "c1", 1, newSession("late"))).toMatchObject({
      generation: 2,
      leaseOwner: "second",
    });
    expect(await connections.putSession(own, "c1", 1, newSession("later"))).toBeUndefined();
  });

  it("follows a vendor session's generation, and logs it out once", async () => {
    const own = await tenant();
    const { vendorSessions } = store;
    await vendorSessions.lease(own, "zebu", { ...wish("o"), at: t0 });
    const session = { sealedSession: bytes("vendor"), endsAt: t0 + hour, at: t0 };
    expect(await vendorSessions.put(own, "zebu", 1, session)).toBeUndefined();
    const stored = await atOnce(10, (gateway) => gateway.vendorSessions.put(own, "zebu", 0, session));
    expect(stored.filter((one) => one?.generation === 1)).toHaveLength(1);
    expect(await vendorSessions.logOut(own, "zebu", 0, t0 + 1)).toBe(false);
    expect(await vendorSessions.logOut(own, "zebu", 1, t0 + 1)).toBe(true);
    expect(await vendorSessions.get(own, "zebu")).toMatchObject({ sealedSession: null, loggedOutAt: t0 + 1 });
    expect(await vendorSessions.logOut(own, "zebu", 2, t0 + 1)).toBe(false);
  });

  it("shares due connections out without overlap, each once, and none before it is due", async () => {
    const own = await tenant();
    const ids = Array.from({ length: 60 }, (_, i) => `due${i}`);
    const dueAt = t0 - hour;
    await store.transaction(async (parts) => {
      for (const id of ids) {
        await addConnection(parts, own, id, false);
        await parts.connections.putSession(own, id, 0, newSession(id, { dueAt }));
      }
    });
    const claim = (now: number) => (gateway: Store, i: number) =>
      gateway.dueWork.claimConnections({ ...wish(`w${i}`), now, limit: 7 });
    expect((await atOnce(4, claim(dueAt - 1))).flat()).toEqual([]);
    const claimed: string[] = [];
    for (let round = 0; round < 20 && claimed.length < ids.length; round++) {
      const shares = await atOnce(8, claim(dueAt));
      expect(Math.max(...shares.map((share) => share.length))).toBeLessThanOrEqual(7);
      claimed.push(...shares.flat().map(({ id }) => id));
    }
    expect(claimed.sort()).toEqual(ids.sort());
    expect((await atOnce(4, claim(dueAt))).flat()).toEqual([]);
  });

  it("numbers a tenant's events without gap or double, and delivers each connection's in order", async () => {
    const own = await tenant();
    const webhook = { id: "w1", url: "https://app.example/hook", sealedSecret: bytes("s"), createdAt: t0 };
    await store.webhooks.add(own, { ...webhook, types: null });
    await store.webhooks.add(own, { ...webhook, id: "w2", types: ["other"] });
    const at = t0 - 3 * hour;
    await atOnce(20, (gateway, i) =>
      gateway.events.append(own, { id: `e${i}`, type: "t", connection: i % 2 ? "c1" : null, data: "{}", at }),
    );
    const events = await store.events.list(own, 0, 100);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(await store.webhooks.deliveries(own, "w2", 0, 100)).toEqual([]);

    const due = { ...wish("worker"), now: at, limit: 100 };
    const ofC1 = events.filter(({ connection }) => connection === "c1").map(({ sequence }) => sequence);
    const first = await store.dueWork.claimDeliveries(due);
    expect(first.filter(({ event }) => event.connection === null)).toHaveLength(10);
    const waiting = first.filter(({ event }) => event.connection === "c1");
    expect(waiting.map(({ delivery }) => delivery.sequence)).toEqual(ofC1.slice(0, 1));
    const done = { status: 200, deliveredAt: at, dueAt: null };
    expect(await store.webhooks.settle(own, "w1", ofC1[0] ?? 0, "another", done)).toBe(false);
    expect(await store.dueWork.claimDeliveries(due)).toEqual([]);
    expect(await store.webhooks.settle(own, "w1", ofC1[0] ?? 0, "worker", done)).toBe(true);
    const next = await store.dueWork.claimDeliveries(due);
    expect(next.map(({ delivery }) => delivery.sequence)).toEqual(ofC1.slice(1, 2));
    expect(next[0]).toMatchObject({ webhook: { id: "w1", types: null }, event: { tenant: own } });
    expect(await store.webhooks.end(own, "w1", at)).toBe(true);
    expect(await store.webhooks.settle(own, "w1", ofC1[1] ?? 0, "worker", done)).toBe(false);
  });

  it("puts an app down once however many do so at once", async () => {
    const own = await tenant();
    const put = await atOnce(20, ({ apps }, i) =>
      apps.put(own, { ...appOf(own), id: "new", handle: `${own}-${i}` }),
    );
    expect(new Set(put.map((app) => app?.handle)).size).toBe(1);
  });
});
