import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { reachingBy } from "./support/interrupted.js";
import { type LifetimeWorld, minute, newLifetimeWorld, refreshPath } from "./support/lifetime-world.js";

const count = 200;

describe.each(databases)("two gateways and two hundred sessions to renew on %s", (_name, make) => {
  let world: LifetimeWorld;
  let other: Ports;

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
    other = await world.secondGateway();
    for (let i = 0; i < count; i++) await world.connect("zebu", `c${i}`);
  }, 120_000);
  afterAll(() => world.close());

  it("find nothing to do while none is due", async () => {
    expect(await lookAfterDue(world.ports)).toBe(0);
    expect(await world.received("zebu", refreshPath)).toEqual([]);
  });

  /** Where in the life that is left of each session its renewal is due, from 0 to 1. */
  async function dueWithin(): Promise<readonly number[]> {
    const rows = await Promise.all(Array.from({ length: count }, (_, i) => world.row(`c${i}`)));
    return rows.map(({ dueAt, endsAt }) => ((dueAt ?? 0) - world.now()) / ((endsAt ?? 0) - world.now()));
  }

  /** Made at one moment, they are due all over the time from a quarter to a tenth of their life before its end. */
  async function expectSpread(): Promise<void> {
    const due = await dueWithin();
    expect(Math.min(...due)).toBeGreaterThanOrEqual(0.74);
    expect(Math.max(...due)).toBeLessThanOrEqual(0.91);
    expect(new Set(due).size).toBeGreaterThan(count * 0.9);
    for (const part of [0.75, 0.8, 0.85])
      expect(due.filter((at) => at >= part && at < part + 0.05).length).toBeGreaterThan(count / 10);
  }

  it("are due at as many moments though they began at one", expectSpread);

  it("renew each once, forget none, and leave every connection with a session that the broker takes", async () => {
    world.advance(56 * minute);
    const work = async (ports: Ports): Promise<number> => {
      let all = 0;
      for (;;) {
        const found = await lookAfterDue(ports);
        if (found === 0) return all;
        all += found;
      }
    };
    // A busy machine answers late: that would be an outage, which is another test's.
    const { brokers } = reachingBy(world, fetch);
    const gateways = [world.ports, other, world.ports].map((ports) => ({ ...ports, brokers }));
    const done = await Promise.all(gateways.map(work));
    expect(done.reduce((sum, found) => sum + found)).toBe(count);
    const tokens = (await world.received("zebu", refreshPath)).map(({ body }) => JSON.stringify(body));
    expect(tokens).toHaveLength(count);
    expect(new Set(tokens).size).toBe(count);
    const lives: boolean[] = [];
    for (let i = 0; i < count; i++) {
      const row = await world.row(`c${i}`);
      expect(row).toMatchObject({ status: "active", generation: 2, triedAt: null, leaseOwner: null });
      expect(row.dueAt).toBeGreaterThan(world.now());
      lives.push(await world.livesAtBroker(`c${i}`));
    }
    expect(lives.filter(Boolean)).toHaveLength(count);
    await expectSpread();
  }, 120_000);
});
