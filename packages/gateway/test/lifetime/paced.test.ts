import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usualPace } from "../../src/domain/renewal-pace.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const hour = 60 * 60_000;
const ids = ["a", "b", "c"];
/** More of them than there are renewals: at the same pace they would be told later. */
const over = ["v", "w", "x", "y", "z"];

describe.each(databases)("two gateways that renew at a pace on %s", (_, make) => {
  let world: LifetimeWorld;
  let gateways: readonly Ports[];
  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
    const renewals = { ...usualPace, perSecond: 1 };
    gateways = [world.ports, await world.secondGateway()].map((ports) => ({ ...ports, renewals }));
    for (const id of ids) await world.connect("zebu", id);
    for (const id of over) await world.connect("rmoney", id);
  });
  afterAll(() => world.close());

  it("renew one after the other, all of them, and hold up nothing that makes no call", async () => {
    world.advance(24 * hour);
    const begun = performance.now();
    const taken = await Promise.all(gateways.map((ports) => lookAfterDue(ports)));
    // Three at one a second: two spans lie between the first and the last.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(2_000);
    expect(taken.reduce((sum, found) => sum + found)).toBe(ids.length + over.length);
    expect(await world.received("zebu", refreshPath)).toHaveLength(ids.length);
    const told = (await world.store.events.list(tenant, 0, 1_000)).map(({ type }) => type);
    expect(told.filter((type) => type === "connection.refreshed")).toHaveLength(ids.length);
    expect(told.lastIndexOf("connection.login_needed")).toBeLessThan(
      told.lastIndexOf("connection.refreshed"),
    );
    expect(told.filter((type) => type === "connection.login_needed")).toHaveLength(over.length);
  }, 30_000);

  it("find nothing to do afterwards", async () => {
    expect(await Promise.all(gateways.map((ports) => lookAfterDue(ports)))).toEqual([0, 0]);
  });
});
