import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { giveBack, underLease } from "../src/flows/vendor-session-lease.js";
import { databases } from "./support/databases.js";
import { newVendorWorld, type VendorWorld } from "./support/vendor-world.js";

const [, onFile] = databases[0];
const hour = 3_600_000;

describe("the lease on an app's vendor session", () => {
  let world: VendorWorld;
  beforeEach(async () => {
    world = await newVendorWorld(await onFile());
  });
  afterEach(() => world.close());
  const lease = (owner: string, ms = hour) =>
    world.store.vendorSessions.lease("acme", "nuvama", { owner, ms, at: world.now() });
  const app = () => ({ tenant: "acme", id: world.app.id });
  const nothingYet = async () => undefined;

  it("is given for an app that is there", async () => {
    const { vendorSessions } = world.store;
    const wish = { owner: "one", ms: hour, at: world.now() };
    expect(await vendorSessions.lease("acme", "another", wish)).toBeUndefined();
    expect(await vendorSessions.lease("other", "nuvama", wish)).toBeUndefined();
    expect(await vendorSessions.lease("acme", "nuvama", wish)).toMatchObject({ leaseOwner: "one" });
  });

  it("lets its owner alone write a try down, of the current generation, while it lives", async () => {
    const { vendorSessions } = world.store;
    const attempt = { generation: 0, what: "login", at: world.now() };
    const noted = (owner: string, generation = 0) =>
      vendorSessions.noteTry("acme", "nuvama", owner, { ...attempt, generation });
    expect(await noted("one")).toBe(false);
    const { leaseUntil } = (await lease("one", 1)) ?? {};
    while ((await world.store.clock()) <= (leaseUntil ?? 0)) await wait(1);
    expect(await noted("one")).toBe(false);
    await lease("two");
    expect([await noted("one"), await noted("two", 1)]).toEqual([false, false]);
    expect((await world.row())?.triedAt).toBeNull();
    expect(await noted("two")).toBe(true);
    expect(await world.row()).toMatchObject({ triedAt: world.now(), triedWhat: "login" });
  });

  it("is given back once the work is done, and where it fails", async () => {
    expect(await underLease(world.ports, app(), nothingYet, async () => "done")).toBe("done");
    expect(await world.row()).toMatchObject({ leaseOwner: null });
    const failed = new Error("failed");
    await expect(underLease(world.ports, app(), nothingYet, () => Promise.reject(failed))).rejects.toBe(
      failed,
    );
    expect(await world.row()).toMatchObject({ leaseOwner: null });
    expect(await lease("next")).toBeDefined();
  });

  it("is held by its work for longer than a call to the broker may take", async () => {
    const before = await world.store.clock();
    await underLease(world.ports, app(), nothingYet, async ({ leaseUntil }) => {
      expect((leaseUntil ?? 0) - before).toBeGreaterThanOrEqual(60_000);
      return true;
    });
  });

  it("is not asked for where somebody else has brought about what is wanted", async () => {
    const asked: string[] = [];
    const ready = async () => "theirs";
    expect(await underLease(world.ports, app(), ready, async () => void asked.push("mine"))).toBe("theirs");
    expect([asked, await world.row()]).toEqual([[], undefined]);
  });

  it("is waited for as often as there is patience, and taken at the last try", async () => {
    await lease("elsewhere");
    const looks: number[] = [];
    const { vendorSessions } = world.store;
    const look = (freeAt: number) => async () => {
      looks.push(looks.length);
      if (looks.length === freeAt) await vendorSessions.release("acme", "nuvama", "elsewhere");
      return undefined;
    };
    const patience = { tries: 3, pauseMs: 1 };
    const work = async () => "mine";
    expect(await underLease(world.ports, app(), look(4), work, patience)).toBeUndefined();
    expect(looks).toHaveLength(3);
    looks.length = 0;
    expect(await underLease(world.ports, app(), look(3), work, patience)).toBe("mine");
  });

  it("is taken anew where the row has changed under the work's hands", async () => {
    let tries = 0;
    const work = async () => (++tries === 2 ? "kept" : undefined);
    expect(await underLease(world.ports, app(), nothingYet, work, { tries: 3, pauseMs: 1 })).toBe("kept");
    expect(tries).toBe(2);
  });

  it("ends by itself where it can't be given back", async () => {
    const away = { ...world.store.vendorSessions, release: () => Promise.reject(new Error("away")) };
    const ports = { ...world.ports, store: { ...world.store, vendorSessions: away } };
    expect(await underLease(ports, app(), nothingYet, async () => "done")).toBe("done");
    const { leaseOwner } = (await world.row()) ?? {};
    expect(leaseOwner).toMatch(/\S{20}/);
    await giveBack(world.ports, { tenant: "acme", app: world.app.id, leaseOwner: null });
    expect(await world.row()).toMatchObject({ leaseOwner });
    await giveBack(world.ports, { tenant: "acme", app: world.app.id, leaseOwner: leaseOwner ?? null });
    expect(await world.row()).toMatchObject({ leaseOwner: null });
  });
});
