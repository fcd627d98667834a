import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSessionCache, type SessionCache } from "../../src/flows/session-cache.js";
import type { Ports } from "../../src/ports/ports.js";
import type { Store } from "../../src/ports/store.js";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

/** A gateway's ports whose database can be taken away, and whose reads are counted. */
function shaky(ports: Ports) {
  const state = { reads: 0, appReads: 0, away: "no" as "no" | "refuses" | "hangs", deaf: false };
  const connections = {
    ...ports.store.connections,
    get: async (...key: readonly [string, string]) => {
      state.reads++;
      if (state.away === "refuses") throw new StoreProblem("store_unreachable", "away");
      if (state.away === "hangs") await new Promise(() => undefined);
      return ports.store.connections.get(...key);
    },
  };
  const apps: Store["apps"] = {
    ...ports.store.apps,
    get: async (...key) => {
      state.appReads++;
      return ports.store.apps.get(...key);
    },
  };
  const store: Store = {
    ...ports.store,
    connections,
    apps,
    listen: async (listener) =>
      ports.store.listen({
        onChange: (change) => !state.deaf && listener.onChange(change),
        onGap: () => listener.onGap(),
      }),
  };
  return { state, ports: { ...ports, store } };
}

describe.each(databases)("the cache of sessions on %s", (_, open) => {
  let world: ProxyWorld;
  let elsewhere: Store;
  const caches: SessionCache[] = [];
  let time = 0;

  beforeAll(async () => {
    const database = await open();
    world = await newProxyWorld(database, { brokers: ["zebu", "nuvama"] });
    // SQLite serves one gateway alone.
    elsewhere = "url" in database.place ? await database.open() : world.store;
    await world.connect("nuvama");
  }, 60_000);
  beforeEach(() => {
    time = 0;
  });
  afterAll(async () => {
    for (const cache of caches) await cache.stop();
    if (elsewhere !== world.store) await elsewhere.close();
    await world.close();
  });

  let count = 0;
  async function fresh(deaf = false) {
    const id = `zebu-${count++}`;
    await world.connect("zebu", id);
    const { state, ports } = shaky(world.ports);
    state.deaf = deaf;
    const cache = createSessionCache(ports, { monotonicMs: () => time });
    caches.push(cache);
    await cache.listening;
    const get = async () => cache.get(tenant, id);
    return { id, state, cache, get };
  }

  async function closeElsewhere(id: string): Promise<void> {
    await elsewhere.transaction(async (parts) => {
      await parts.connections.close(tenant, id, world.now());
      await parts.changes.announce({ tenant, kind: "connection", id });
    });
  }

  it("answers at once and without a read while what it knows is fresh", async () => {
    const { id, state, cache } = await fresh();
    const first = cache.get(tenant, id);
    expect(first).toBeInstanceOf(Promise);
    const entry = await first;
    const { reads } = state;
    time = 400;
    for (let i = 0; i < 1_000; i++) expect(cache.get(tenant, id) === entry).toBe(true);
    expect(state.reads).toBe(reads);
  });

  it("reads a connection and its app no more often to make an entry than to look and to open them", async () => {
    const { state, get } = await fresh();
    await get();
    expect([state.reads, state.appReads]).toEqual([2, 2]);
  });

  it("reads once for all who ask at the same time", async () => {
    const { state, get } = await fresh();
    const entries = new Set(await Promise.all(Array.from({ length: 50 }, get)));
    expect(entries.size).toBe(1);
    const { reads } = state;
    time = 5_000;
    expect(new Set(await Promise.all(Array.from({ length: 50 }, get)))).toEqual(entries);
    expect(state.reads).toBe(reads + 1);
  });

  it("hears of a change in another gateway at once", async () => {
    const { id, get } = await fresh();
    expect((await get()).connection.id).toBe(id);
    await closeElsewhere(id);
    await expect.poll(async () => get().catch(({ code }) => code)).toBe("connection_closed");
    expect(time).toBe(0);
  });

  it("sees a change within a second though the news of it is lost", async () => {
    const { id, cache, get } = await fresh(true);
    const entry = await get();
    await closeElsewhere(id);
    expect(cache.get(tenant, id) === entry).toBe(true);
    time = 1_001;
    await expect(get()).rejects.toMatchObject({ code: "connection_closed" });
  });

  it("sees newer keys of the app and a newer vendor session in the same way", async () => {
    const { state, ports } = shaky(world.ports);
    state.deaf = true;
    const cache = createSessionCache(ports, { monotonicMs: () => time });
    caches.push(cache);
    await cache.listening;
    const tokens = async () => (await cache.get(tenant, "nuvama")).authHeaders.join();
    const entry = await cache.get(tenant, "nuvama");
    time = 2_000;
    expect((await cache.get(tenant, "nuvama")) === entry).toBe(true);
    const before = await tokens();
    const { client } = entry;
    world.advance(3_000);
    await client.loginVendor?.({ fresh: true });
    time = 4_000;
    expect(await tokens()).not.toBe(before);
    const renewed = await cache.get(tenant, "nuvama");
    const {
      updatedAt: _,
      createdAt: __,
      tenant: ___,
      ...app
    } = (await world.store.apps.get(tenant, "nuvama"))!;
    world.advance(1_000);
    await world.store.apps.put(tenant, { ...app, at: world.now() });
    time = 6_000;
    expect((await cache.get(tenant, "nuvama")) === renewed).toBe(false);
  });

  it("keeps a busy connection's callers from waiting: half-way it reads in the background", async () => {
    const { id, state, cache, get } = await fresh();
    const entry = await get();
    const { reads } = state;
    let seen = reads;
    for (time = 0; time < 5_000; time += 100) {
      expect(cache.get(tenant, id) === entry).toBe(true);
      if (state.reads !== seen) await new Promise((resolve) => setTimeout(resolve, 100));
      seen = state.reads;
    }
    expect(state.reads - reads).toBeGreaterThanOrEqual(5);
    expect(state.reads - reads).toBeLessThan(12);
  });

  it.each(["refuses", "hangs"] as const)(
    "fails soon where the database %s, and recovers by itself",
    async (away) => {
      const { state, get } = await fresh();
      const entry = await get();
      state.away = away;
      time = 900;
      expect((await get()) === entry).toBe(true);
      time = 2_000;
      const begun = performance.now();
      await expect(get()).rejects.toMatchObject({ code: "store_unreachable" });
      expect(performance.now() - begun).toBeLessThan(3_000);
      state.away = "no";
      expect((await get()) === entry).toBe(true);
    },
  );

  it("renews nothing by itself in a session's last minute: that is done under a lease", async () => {
    const { get } = await fresh();
    const { client, session } = await get();
    const end = client.endsAt(session, world.now());
    if (!end.known) throw new Error("A session of the sandbox has a known end.");
    const { cache, id } = await fresh();
    world.advance(end.at - world.now() - 30_000);
    expect((await cache.get(tenant, id)).connection.generation).toBe(1);
    expect(await world.received("zebu", "/RefreshToken")).toBe(0);
  });

  it("lets no session be used from its end on, whatever it remembers", async () => {
    const { cache, id, get } = await fresh();
    const entry = await get();
    const end = entry.client.endsAt(entry.session, world.now());
    if (!end.known) throw new Error("A session of the sandbox has a known end.");
    world.advance(end.at - world.now() - 1);
    expect(cache.get(tenant, id) === entry).toBe(true);
    world.advance(1);
    const later = await Promise.resolve(cache.get(tenant, id)).catch(({ code }) => code);
    expect(later === entry).toBe(false);
  });
});

describe.each(databases)("the proxy on %s", (_, open) => {
  it("answers 503 within a second or so where the database is away, and recovers by itself", async () => {
    const world = await newProxyWorld(await open(), { brokers: ["rmoney"] });
    await world.connect("rmoney");
    const { state, ports } = shaky(world.ports);
    const gateway = await world.serve(ports);
    const call = () => world.callAt(gateway.port, "rmoney", "/open-api/od/v1/profile");
    expect((await call()).status).toBe(200);
    const before = (await world.ledger("rmoney")).length;
    for (const away of ["refuses", "hangs"] as const) {
      state.away = away;
      gateway.cache.dropAll();
      const begun = performance.now();
      const answer = await call();
      expect(performance.now() - begun).toBeLessThan(3_000);
      expect([answer.status, answer.header("kunji-answer-from")]).toEqual([503, "gateway"]);
      expect(JSON.parse(answer.body.toString()).code).toBe("unavailable");
      expect((await world.ledger("rmoney")).length).toBe(before);
    }
    state.away = "no";
    expect((await call()).status).toBe(200);
    await gateway.close();
    await world.close();
  });
});
