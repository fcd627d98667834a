import type { NuvamaClient } from "kunji";
import type { PutApp } from "kunji/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sealedPlaces, slotAt } from "../src/domain/sealed-places.js";
import { openAppKeys } from "../src/flows/app-keys.js";
import { putApp } from "../src/flows/apps.js";
import { callbackUrlOf, openApp } from "../src/flows/open-app.js";
import { databases } from "./support/databases.js";
import { hearChanges } from "./support/hear-changes.js";
import { newVendorWorld, type VendorWorld } from "./support/vendor-world.js";
import { publicUrl } from "./support/world.js";

const zebu = {
  broker: "zebu",
  environment: "sandbox",
  keys: { clientId: "ZEBU-1", secret_key: "planted-secret" },
  settings: { dailyLogout: "06:45" },
  return_urls: ["https://app.example/back", "https://app.example/back?from=Zebu&x=%7e", "http://[::1]:3000/"],
} as const satisfies PutApp;

describe.each(databases)("an app that is written on %s", (_, open) => {
  let world: VendorWorld;
  beforeAll(async () => {
    world = await newVendorWorld(await open());
    await world.store.tenants.add("beta", { name: "beta", madeBy: null, at: world.now() });
  });
  afterAll(() => world.close());

  const put = (id: string, input: PutApp = zebu, tenant = "beta") =>
    putApp(world.ports, tenant, id, input, "key1");
  const keysOf = async (id: string) => openAppKeys(world.ports, (await world.store.apps.get("beta", id))!);

  it("is kept with its keys sealed, its return URLs to the letter, and a handle of its own", async () => {
    const app = await put("first");
    expect(app).toMatchObject({ tenant: "beta", id: "first", broker: "zebu", environment: "sandbox" });
    expect(app.returnUrls).toEqual(zebu.return_urls);
    expect(app.handle).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(callbackUrlOf(world.ports, app)).toBe(`${publicUrl}/callback/zebu/${app.handle}`);
    expect(Buffer.from(app.sealedKeys).includes("planted")).toBe(false);
    expect(await keysOf("first")).toEqual({
      clientId: "ZEBU-1",
      secret: "planted-secret",
      dailyLogout: "06:45",
    });
    expect((await put("second")).handle).not.toBe(app.handle);
    expect(await world.store.apps.get("beta", "first")).toEqual(app);
  });

  it("keeps its handle, and what is left out: keys, or settings", async () => {
    const { handle } = await put("kept");
    const { keys: _, ...noKeys } = zebu;
    const again = await put("kept", { ...noKeys, return_urls: ["https://app.example/new"], settings: {} });
    expect(again).toMatchObject({ handle, returnUrls: ["https://app.example/new"] });
    expect(await keysOf("kept")).toEqual({ clientId: "ZEBU-1", secret: "planted-secret" });
    await put("kept");
    const { settings: __, ...noSettings } = zebu;
    await put("kept", { ...noSettings, keys: { clientId: "ZEBU-2", secret: "other" } });
    expect(await keysOf("kept")).toEqual({ clientId: "ZEBU-2", secret: "other", dailyLogout: "06:45" });
    await expect(put("unknown", noKeys)).rejects.toMatchObject({
      code: "request_invalid",
      facts: { field: "keys.clientId" },
    });
  });

  it("stays with its broker", async () => {
    await put("fixed");
    const ventura = {
      ...zebu,
      broker: "ventura",
      settings: {},
      keys: { appKey: "k", appSecret: "s" },
    } as const;
    await expect(put("fixed", ventura)).rejects.toMatchObject({ code: "broker_fixed" });
    expect((await put("free", ventura)).broker).toBe("ventura");
    expect((await world.store.apps.get("beta", "fixed"))?.broker).toBe("zebu");
  });

  it("is told to other gateways and to the audit, where it was written", async () => {
    const { heard, stop } = await hearChanges(world.store);
    const before = await world.store.audit.list("beta", 0, 100);
    await expect(put("told", { ...zebu, return_urls: [] })).rejects.toMatchObject({
      code: "request_invalid",
    });
    await put("told");
    await expect.poll(() => heard).toEqual(["beta app told"]);
    const after = await world.store.audit.list("beta", 0, 100);
    expect(after.slice(before.length)).toMatchObject([
      { key: "key1", action: "app.put", kind: "app", id: "told", at: world.now() },
    ]);
    await stop();
  });

  it("ends its sessions where it goes to another environment, and only then", async () => {
    const { gateway } = world.presets.nuvama.apps;
    const { vendor = "", api_key = "", pwd = "", AppIdKey = "" } = gateway;
    const keys = { vendor, api_key, pwd, AppIdKey };
    const input = { broker: "nuvama", keys, return_urls: ["https://app.example/back"] } as const;
    const session = await world.connect("c1");
    await world.connect("c2", "login_needed");
    await world.addCode("c2");
    await world.addCode("c1");
    const sameApp = await put("nuvama", { ...input, environment: "sandbox" }, "acme");
    expect((await world.store.connections.get("acme", "c1"))?.status).toBe("active");
    const client = openApp(world.ports, sameApp) as unknown as NuvamaClient;
    expect(await client.callHeaders(session)).toBeDefined();
    expect(await world.takeCode("c1")).toBe(true);
    const told = (await world.events()).length;
    await put("nuvama", { ...input, environment: "live" }, "acme");
    expect(await world.store.connections.get("acme", "c1")).toMatchObject({
      status: "login_needed",
      reason: "environment_changed",
      sealedSession: null,
    });
    expect((await world.store.connections.get("acme", "c2"))?.reason).toBeNull();
    expect(await world.takeCode("c2")).toBe(false);
    expect(await world.row()).toMatchObject({ sealedSession: null });
    expect((await world.events()).slice(told).map(({ type, data }) => [type, data])).toEqual([
      ["vendor_session.ended", { app: "nuvama", reason: "environment_changed" }],
      ["connection.login_needed", expect.objectContaining({ reason: "environment_changed" })],
    ]);
  });

  it("is live unless it says otherwise", async () => {
    const { environment: _, ...live } = zebu;
    expect((await put("live", live)).environment).toBe("live");
  });

  it("stays in its environment where a change says nothing of it", async () => {
    const { environment: _, ...silent } = zebu;
    await put("stays", zebu);
    expect((await put("stays", silent)).environment).toBe("sandbox");
  });

  describe("while another change of it is on its way", () => {
    const proxy = "http://proxy.example:3128";
    const { keys: _, ...noKeys } = zebu;
    const budget = { ...noKeys, order_budget: { per_connection: 5 } };
    /** A change that tries its proxy while others are written, one for each time it tries. */
    const putBeside = (id: string, others: PutApp[]) => {
      const tryProxy = async () => {
        const other = others.shift();
        if (other) await put(id, other);
        return "reached" as const;
      };
      const ports = { ...world.ports, egress: { ...world.ports.egress, try: tryProxy } };
      return putApp(ports, "beta", id, { ...zebu, egress: proxy }, "key1");
    };
    const both = { egress: proxy, ordersPerConnection: 5 };

    it("keeps what both of them set, and tells each as it was", async () => {
      await put("beside");
      const before = (await world.store.audit.list("beta", 0, 100)).length;
      expect(await putBeside("beside", [budget])).toMatchObject(both);
      expect(await world.store.apps.get("beta", "beside")).toMatchObject(both);
      const told = (await world.store.audit.list("beta", 0, 100)).slice(before);
      expect(told.map(({ facts }) => JSON.parse(facts ?? "null"))).toMatchObject([
        { egress: null, orders_per_connection: 5 },
        { egress: proxy, orders_per_connection: 5 },
      ]);
    });

    it("keeps what both of them set where it is new", async () => {
      const app = await putBeside("beside-new", [{ ...zebu, ...budget }]);
      expect(app).toMatchObject(both);
      expect((await world.store.apps.get("beta", "beside-new"))?.handle).toBe(app.handle);
    });

    it("keeps a proxy that a rotation has sealed anew meanwhile", async () => {
      await putBeside("resealed", []);
      const sealedOf = async () => (await world.store.apps.get("beta", "resealed"))!.sealedEgress!;
      const was = await sealedOf();
      const slot = slotAt(sealedPlaces.appEgress, "beta", "resealed");
      const anew = await world.ports.vault.seal(slot, world.ports.vault.open(slot, was));
      let asked = 0;
      const apps = {
        ...world.store.apps,
        get: async (tenant: string, id: string) => {
          const app = await world.store.apps.get(tenant, id);
          const seal = { slot, sealed: was, key: [tenant, id] };
          if (asked++ === 0)
            expect(await world.store.sealedValues.replace(sealedPlaces.appEgress, seal, anew)).toBe(true);
          return app;
        },
      };
      await putApp({ ...world.ports, store: { ...world.store, apps } }, "beta", "resealed", zebu, null);
      expect(Buffer.from(await sealedOf())).toEqual(Buffer.from(anew));
    });

    it("stays with the broker of the first, and gives up where it is overtaken again and again", async () => {
      const ventura = {
        ...zebu,
        broker: "ventura",
        settings: {},
        keys: { appKey: "k", appSecret: "s" },
      } as const;
      await expect(putBeside("beside-other", [ventura])).rejects.toMatchObject({ code: "broker_fixed" });
      const others = Array.from({ length: 9 }, () => zebu);
      await expect(putBeside("beside-many", others)).rejects.toMatchObject({ code: "busy" });
      expect(await world.store.apps.get("beta", "beside-many")).toMatchObject({ egress: null });
    });
  });
});
