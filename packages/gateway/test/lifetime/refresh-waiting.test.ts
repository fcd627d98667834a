import type { Session } from "kunji";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RefreshOptions, refreshSession } from "../../src/flows/refresh-session.js";
import { databases } from "../support/databases.js";
import { skipWaits } from "../support/waits.js";
import { hour, type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const [[, onFile]] = databases;
const owner = "elsewhere";

describe("a refresh while somebody else holds the lease", () => {
  let world: LifetimeWorld;
  let calls: number;
  let waited: (number | undefined)[];
  let waitAgain: () => void;
  const sent = async () => (await world.received("zebu", refreshPath)).length - calls;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  beforeEach(() => {
    waited = [];
    waitAgain = skipWaits((ms) => void waited.push(ms));
  });
  afterEach(() => waitAgain());
  afterAll(() => world.close());

  /** A connection with a session, which another gateway holds. */
  async function held(id: string): Promise<void> {
    await world.connect("zebu", id);
    calls = (await world.received("zebu", refreshPath)).length;
    await world.store.connections.lease(tenant, id, { owner, ms: hour });
  }
  const change = (id: string, to: object) =>
    world.store.connections.change(tenant, id, { generation: 1 }, { ...to, at: world.now() });
  const look = (id: string, options: RefreshOptions = {}, generation = 1) =>
    refreshSession(world.ports, tenant, id, generation, { waitMs: 0, ...options });

  /** A refresh by who finds the lease held once, and free at the second look; the holder's last work comes between. */
  function behind(id: string, dead: boolean, lastWork: () => Promise<unknown>) {
    const { store } = world;
    const lease: typeof store.connections.lease = async (...wish) => {
      const leased = await store.connections.lease(...wish);
      if (leased) return leased;
      await lastWork();
      await store.connections.release(tenant, id, owner);
      return undefined;
    };
    const ports = { ...world.ports, store: { ...store, connections: { ...store.connections, lease } } };
    return refreshSession(ports, tenant, id, 1, { dead, stepMs: 250 });
  }
  const tryOf = (id: string) =>
    world.store.connections.noteTry(tenant, id, owner, { generation: 1, what: "refresh", at: world.now() });

  it("doesn't wait for what is there: the next session, or the need of a login", async () => {
    await held("next");
    await world.keep("next", (await world.session("next")) as Session);
    expect(await look("next")).toMatchObject({ status: "active", generation: 2 });
    await expect(look("next", {}, 2)).rejects.toMatchObject({ code: "busy" });
    await held("needed");
    await expect(look("needed")).rejects.toMatchObject({ code: "busy" });
    await change("needed", { status: "unsure", reason: "network" });
    await expect(look("needed")).rejects.toMatchObject({ code: "busy" });
    await change("needed", { status: "login_needed", reason: "broker_ended", sealedSession: null });
    expect(await look("needed")).toMatchObject({ status: "login_needed", generation: 1 });
    expect(waited).toEqual([]);
  });

  it("doesn't wait for a connection that was closed", async () => {
    await held("closed");
    await world.store.connections.close(tenant, "closed", world.now());
    await expect(look("closed")).rejects.toMatchObject({
      code: "connection_closed",
      facts: { broker: "zebu" },
    });
    await expect(look("closed", {}, 2)).rejects.toMatchObject({ code: "connection_closed" });
  });

  it("looks once where it may not wait, and is sent at once where nobody holds the lease", async () => {
    await held("once");
    await expect(look("once")).rejects.toMatchObject({ code: "busy", facts: { retryAfterS: 5 } });
    await world.store.connections.release(tenant, "once", owner);
    expect(await look("once")).toMatchObject({ generation: 2 });
    expect(waited).toEqual([]);
  });

  it("looks again after each step, for as long as it may wait", async () => {
    await held("steps");
    await expect(look("steps", { waitMs: 500, stepMs: 250 })).rejects.toMatchObject({ code: "busy" });
    expect(waited).toEqual([250, 250]);
  });

  it("finds the try of a holder that died, and sends none behind it", async () => {
    await held("died");
    const found = await behind("died", false, () => tryOf("died"));
    expect(found).toMatchObject({ status: "unsure", reason: "outcome_unknown" });
    expect([await sent(), waited]).toEqual([0, [250]]);
  });

  it("of a dead session takes a holder's doubt for the answer, and is sent behind a holder that died", async () => {
    await held("doubt");
    const left = await behind("doubt", true, async () => {
      await tryOf("doubt");
      await change("doubt", { status: "unsure", reason: "network" });
    });
    expect(left).toMatchObject({ status: "unsure", reason: "network", generation: 1 });
    expect(await sent()).toBe(0);
    await held("dead");
    expect(await behind("dead", true, () => tryOf("dead"))).toMatchObject({
      status: "active",
      generation: 2,
    });
    expect(await sent()).toBe(1);
  });
});
