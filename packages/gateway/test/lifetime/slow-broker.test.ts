import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBrokers } from "../../src/adapters/brokers/sdk-brokers.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { deferred } from "./support/deferred.js";
import { type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

/** Ports that count the claims that were answered. */
function countingClaims(ports: Ports): { readonly ports: Ports; readonly claims: { answered: number } } {
  const claims = { answered: 0 };
  const { store } = ports;
  const dueWork: Ports["store"]["dueWork"] = {
    ...store.dueWork,
    async claimConnections(wish) {
      const claimed = await store.dueWork.claimConnections(wish);
      claims.answered++;
      return claimed;
    },
  };
  return { ports: { ...ports, store: { ...store, dueWork } }, claims };
}

describe.each(databases)("looking after sessions beside a broker that doesn't answer, on %s", (_, make) => {
  let world: LifetimeWorld;
  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  /** A gateway whose renewals at Zebu hang until they are let go. */
  function silentZebu() {
    const { sandboxUrl, now } = world;
    const gate = deferred();
    const begun = deferred();
    let waiting = 0;
    const fetchIt = async (url: string, init: RequestInit) => {
      if (url.endsWith(refreshPath)) {
        waiting++;
        begun.resolve();
        await gate.promise;
      }
      return fetch(url, init);
    };
    const brokers = createBrokers({ sandboxUrl, now, fetch: fetchIt, timeoutMs: 60_000 });
    const ports: Ports = { ...world.ports, store: { ...world.store }, brokers };
    return { ports, begun: begun.promise, letGo: () => gate.resolve(), waiting: () => waiting };
  }
  const dueNow = async (id: string) => {
    const { generation } = await world.row(id);
    await world.store.connections.change(tenant, id, { generation }, { dueAt: world.now(), at: world.now() });
  };

  it("goes on with the other brokers' while the slow one's are waited for", async () => {
    await world.connect("zebu", "slow");
    await world.connect("rmoney", "other");
    const { ports, begun, letGo } = silentZebu();
    world.advance(56 * 60_000);
    const run = lookAfterDue(ports);
    await begun;
    // Due only now: the round that has begun doesn't know of it.
    await dueNow("other");
    await expect.poll(async () => (await world.row("other")).dueAt, { timeout: 4_000 }).not.toBe(world.now());
    expect(await world.row("slow")).toMatchObject({ generation: 1, triedWhat: "refresh" });
    letGo();
    expect(await run).toBe(2);
    expect((await world.row("slow")).generation).toBe(2);
  });

  it("has fifty of one broker's under way, and claims no more of them until one of those ends", async () => {
    for (let i = 0; i < 60; i++) await world.connect("zebu", `z${i}`);
    await world.connect("rmoney", "other");
    const { ports, letGo, waiting } = silentZebu();
    world.advance(56 * 60_000);
    const run = lookAfterDue(ports);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(50);
    await dueNow("other");
    await expect.poll(async () => (await world.row("other")).dueAt, { timeout: 4_000 }).not.toBe(world.now());
    const rows = await Promise.all(Array.from({ length: 60 }, (_none, i) => world.row(`z${i}`)));
    expect(rows.filter(({ leaseOwner }) => leaseOwner !== null)).toHaveLength(50);
    letGo();
    expect(await run).toBe(61);
    for (let i = 0; i < 60; i++) expect((await world.row(`z${i}`)).generation).toBe(2);
  }, 60_000);

  it("begins nothing more once the gateway is to stop, and ends what it has begun", async () => {
    await world.connect("zebu", "slow");
    await world.connect("rmoney", "other");
    const { ports: silent, begun, letGo } = silentZebu();
    const { ports, claims } = countingClaims(silent);
    world.advance(56 * 60_000);
    const stopping = new AbortController();
    const run = lookAfterDue(ports, stopping.signal);
    await begun;
    // The claim that found the slow one is followed by one that finds nothing: then it waits.
    await expect.poll(() => claims.answered).toBeGreaterThanOrEqual(2);
    stopping.abort();
    await dueNow("other");
    letGo();
    expect(await run).toBe(1);
    expect(await world.row("other")).toMatchObject({ dueAt: world.now(), leaseOwner: null });
    expect((await world.row("slow")).generation).toBe(2);
  });
});
