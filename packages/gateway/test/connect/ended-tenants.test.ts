import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeEndedTenants } from "../../src/flows/close-ended-tenants.js";
import { endTenant } from "../../src/flows/tenants.js";
import type { ApiKey } from "../../src/ports/api-keys.js";
import { databases } from "../support/databases.js";
import { bytes } from "../support/rows.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { newBrowser } from "./support/browser.js";
import { connected, logInFully, newConnection, rowOf } from "./support/logins.js";

const operator = { tenant: "acme", id: "key" } as ApiKey;
const late = Date.UTC(2030, 0, 1);

describe.each(databases)("a tenant that has ended, on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant("acme", ["ventura"]);
    for (const id of ["desk", "away"]) {
      await world.store.tenants.add(id, { name: id, madeBy: "acme", at: world.now() });
      await world.addTenant(id, ["ventura", "nuvama"]);
    }
  }, 60_000);
  afterAll(() => world.close());

  const logouts = async (broker: BrokerId) =>
    (await world.ledger(broker)).filter(({ path }) => /logo(?:ut|ff)/i.test(path)).length;
  const closeAll = async () => {
    while ((await closeEndedTenants(world.ports)) > 0);
  };
  const vendor = async (tenant: string) =>
    (await world.store.vendorSessions.get(tenant, "nuvama"))?.sealedSession ?? null;

  it("is looked after no more, and its sessions are logged out and erased; a living tenant's stay", async () => {
    const { store, now } = world;
    const rows = [
      await connected(world, { tenant: "desk", broker: "ventura" }),
      await connected(world, { tenant: "desk", broker: "nuvama" }),
    ];
    const waiting = await newConnection(world, { tenant: "desk", broker: "ventura" });
    await logInFully(world, newBrowser(world), { tenant: "desk", broker: "ventura" }, waiting.token);
    const living = await connected(world, { tenant: "acme", broker: "ventura" });
    const hook = { id: "hook", url: "x", sealedSecret: bytes("s"), types: null, createdAt: now() };
    for (const tenant of ["desk", "acme"]) await store.webhooks.add(tenant, hook);
    await closeAll();
    expect((await rowOf(world, rows[0] as never)).status).toBe("active");
    const before = { ventura: await logouts("ventura"), nuvama: await logouts("nuvama") };

    await endTenant(world.ports, operator, "desk");
    const lease = { owner: "o", ms: 1, limit: 100 };
    const claimed = await store.dueWork.claimConnections({ ...lease, now: late });
    expect(claimed.map(({ tenant }) => tenant)).toEqual(["acme"]);
    expect(await store.dueWork.claimVendorSessions({ ...lease, endsBefore: late })).toEqual([]);
    expect((await store.webhooks.get("desk", "hook"))?.endedAt).toBe(now());
    expect((await store.webhooks.get("acme", "hook"))?.endedAt).toBeNull();

    await closeAll();
    for (const row of [...rows, waiting.connection])
      expect(await rowOf(world, row)).toMatchObject({ status: "closed", sealedSession: null });
    // At Nuvama the user's and the vendor's; at Ventura the one that was confirmed and the one that waited.
    expect((await logouts("ventura")) - before.ventura).toBe(2);
    expect((await logouts("nuvama")) - before.nuvama).toBe(2);
    expect(await vendor("desk")).toBeNull();
    expect(await rowOf(world, living)).toMatchObject({ status: "active", account: living.account });
    expect((await rowOf(world, living)).sealedSession).not.toBeNull();
    expect(await closeEndedTenants(world.ports)).toBe(0);
  });

  it("keeps no session though its broker is away", async () => {
    const row = await connected(world, { tenant: "away", broker: "nuvama" });
    expect(await vendor("away")).not.toBeNull();
    await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ broker: "nuvama", fault: "internal-error", times: 100 }),
    });
    await endTenant(world.ports, operator, "away");
    await closeAll();
    expect(await rowOf(world, row)).toMatchObject({ status: "closed", sealedSession: null });
    expect(await vendor("away")).toBeNull();
    expect(world.signalled).toContain("warn logout_failed");
  });
});
