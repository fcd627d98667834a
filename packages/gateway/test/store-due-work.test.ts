import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Status } from "../src/ports/connections.js";
import type { Store } from "../src/ports/store.js";
import { databases } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import {
  addConnection,
  addTenant,
  appOf,
  bytes,
  minute,
  newCode,
  newConnection,
  newSession,
  t0,
} from "./support/rows.js";

const hour = 60 * minute;

describe.each(databases)("work of all tenants on %s", (_name, make) => {
  let gateways: Gateways;
  let store: Store;
  let count = 0;
  let own = "";

  beforeAll(async () => {
    gateways = await openGateways(await make());
    ({ store } = gateways);
  });
  afterAll(() => gateways.close());
  beforeEach(async () => {
    count += 1;
    own = `t${count}`;
    await addTenant(store, own);
  });

  /** An app with a vendor session and one connection. */
  async function addVendor(app: string, endsAt: number | null, status: Status = "active"): Promise<void> {
    await store.apps.put(own, { ...appOf(own), id: app, handle: `${own}-${app}` });
    await store.connections.add(own, newConnection({ id: app, app }));
    if (status === "closed") await store.connections.close(own, app, t0);
    else await store.connections.putSession(own, app, 0, newSession(app, { status }));
    await store.vendorSessions.lease(own, app, { owner: "maker", ms: 1, at: t0 });
    await store.vendorSessions.put(own, app, 0, { sealedSession: bytes(app), endsAt, at: t0 });
    await store.vendorSessions.release(own, app, "maker");
  }
  const wish = (owner: string, limit = 100) => ({ owner, ms: hour, endsBefore: t0 + hour, limit });
  const claimed = async (): Promise<readonly string[]> =>
    (await store.dueWork.claimVendorSessions(wish("worker")))
      .filter(({ tenant }) => tenant === own)
      .map(({ app }) => app);

  it("claims the vendor sessions that end before a moment, first to end first", async () => {
    await addVendor("late", t0 + hour);
    await addVendor("second", t0 + hour - 1);
    await addVendor("first", t0 - hour);
    await addVendor("unknown", null);
    expect(await claimed()).toEqual(["first", "second"]);
    expect(await claimed()).toEqual([]);
    expect(await store.vendorSessions.get(own, "first")).toMatchObject({ leaseOwner: "worker" });
    expect(await store.vendorSessions.release(own, "first", "worker")).toBe(true);
    expect(await claimed()).toEqual(["first"]);
  });

  it.each(["new", "login_needed", "closed"] as const)(
    "claims no vendor session of an app whose connections are %s, and does once one is active",
    async (status) => {
      await addVendor("v", t0, status);
      expect(await claimed()).toEqual([]);
      await store.connections.add(own, newConnection({ id: "live", app: "v" }));
      await store.connections.putSession(own, "live", 0, newSession("live"));
      expect(await claimed()).toEqual(["v"]);
    },
  );

  it("claims no vendor session that was logged out", async () => {
    await addVendor("in", t0);
    await addVendor("out", t0);
    expect(await store.vendorSessions.logOut(own, "out", 1, t0)).toBe(true);
    expect(await claimed()).toEqual(["in"]);
  });

  it("shares vendor sessions out without overlap, each once", async () => {
    const apps = Array.from({ length: 30 }, (_, i) => `v${i}`);
    for (const app of apps) await addVendor(app, t0);
    const taken: string[] = [];
    for (let round = 0; round < 20 && taken.length < apps.length; round++) {
      const shares = await gateways.atOnce(8, ({ dueWork }, i) =>
        dueWork.claimVendorSessions(wish(`w${i}`, 4)),
      );
      expect(Math.max(...shares.map((share) => share.length))).toBeLessThanOrEqual(4);
      taken.push(...shares.flat().map(({ app }) => app));
    }
    expect(taken.sort()).toEqual(apps.sort());
  });

  it("finds what is pending once no code of its own lives any more", async () => {
    const pending = async (now: number) =>
      (await store.dueWork.pendingWithoutCode(now, 100))
        .filter(({ tenant }) => tenant === own)
        .map(({ id }) => id);
    await addConnection(store, own, "c2", false);
    for (const [id, generation] of [
      ["c1", 1],
      ["c2", 0],
    ] as const)
      await store.connections.change(own, id, { generation }, { status: "pending", at: t0 });
    await store.codes.add(own, newCode({ connection: "c1", expiresAt: t0 + minute }));
    expect(await pending(t0)).toEqual(["c2"]);
    expect(await pending(t0 + minute - 1)).toEqual(["c2"]);
    expect([...(await pending(t0 + minute))].sort()).toEqual(["c1", "c2"]);
    await store.dueWork.forgetExpired(t0 + minute);
    expect([...(await pending(t0 + minute))].sort()).toEqual(["c1", "c2"]);
    expect(await store.dueWork.pendingWithoutCode(t0 + minute, 1)).toHaveLength(1);
    await store.connections.change(own, "c1", { generation: 1 }, { status: "login_needed", at: t0 });
    expect(await pending(t0 + minute)).toEqual(["c2"]);
  });
});

describe.each(databases)("numbers of the whole installation on %s", (_name, make) => {
  it("count the connections of all tenants by broker and status", async () => {
    const gateways = await openGateways(await make());
    const { store } = gateways;
    expect(await store.installation.hasTenants()).toBe(false);
    expect(await store.installation.countConnections()).toEqual([]);
    for (const tenant of ["a", "b"]) await addTenant(store, tenant);
    await addConnection(store, "a", "c2", false);
    await store.apps.put("a", { ...appOf("a"), id: "rm", broker: "rmoney", handle: "rm" });
    await store.connections.add("a", newConnection({ id: "c3", app: "rm" }));
    expect(await store.installation.hasTenants()).toBe(true);
    expect(await store.installation.countConnections()).toEqual([
      { broker: "zebu", status: "active", count: 2 },
      { broker: "rmoney", status: "new", count: 1 },
      { broker: "zebu", status: "new", count: 1 },
    ]);
    await gateways.close();
  });
});
