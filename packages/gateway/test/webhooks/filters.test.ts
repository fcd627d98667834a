import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { passesFilter } from "../../src/domain/webhook-filter.js";
import type { WebhookFilters } from "../../src/flows/webhook-input.js";
import { changeWebhook, endWebhook, webhooksPerTenant } from "../../src/flows/webhooks.js";
import { databases } from "../support/databases.js";
import { type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";

const all = { types: null, apps: null, brokers: null, users: null };

describe("a webhook's filters", () => {
  const subject = { type: "connection.active", app: "zebu", broker: "zebu", user: "u1" };
  it.each([
    ["types", ["connection.active"], ["connection.closed"]],
    ["apps", ["other", "zebu"], ["other"]],
    ["brokers", ["zebu"], ["nuvama"]],
    ["users", ["u1"], ["u2"]],
  ])("let an event pass by its %s", (name, right, wrong) => {
    expect(passesFilter({ ...all, [name]: right }, subject)).toBe(true);
    expect(passesFilter({ ...all, [name]: wrong }, subject)).toBe(false);
    const { type } = subject;
    expect(passesFilter({ ...all, [name]: wrong }, { type })).toBe(name !== "types");
  });

  it("must all let it pass", () => {
    expect(passesFilter({ ...all, apps: ["zebu"], users: ["u1"] }, subject)).toBe(true);
    expect(passesFilter({ ...all, apps: ["zebu"], users: ["u2"] }, subject)).toBe(false);
  });
});

describe.each(databases)("several webhooks of a tenant, on %s", (_name, make) => {
  let world: DeliveryWorld;
  const url = "https://app.example/hook";
  beforeAll(async () => {
    world = await newDeliveryWorld(await make());
  });
  afterAll(() => world.close());

  it("each get what passes their filters", async () => {
    const tenant = await world.addTenant(2);
    const app = await world.store.apps.get(tenant, "zebu");
    if (!app) throw new Error("The tenant has an app.");
    await world.store.apps.put(tenant, {
      id: "vendor",
      broker: "nuvama",
      environment: "live",
      sealedKeys: app.sealedKeys,
      returnUrls: app.returnUrls,
      handle: `vendor-${tenant}`,
      at: world.now(),
    });
    const wanted: Record<string, WebhookFilters> = {
      all: {},
      u2: { users: ["u2"] },
      zebu: { brokers: ["zebu"] },
      nuvama: { brokers: ["nuvama"] },
      vendor: { apps: ["vendor"] },
      both: { apps: ["zebu"], users: ["u1"] },
      closed: { types: ["connection.closed"], users: ["u1", "u2"] },
    };
    const hooks = new Map<string, string>();
    for (const [name, filters] of Object.entries(wanted))
      hooks.set(name, (await world.addWebhook(tenant, { url, ...filters })).id);
    await world.happen(tenant, "connection.active", "c1");
    await world.happen(tenant, "connection.closed", "c2");
    await world.store.events.append(tenant, {
      id: "evt_vendor",
      type: "vendor_session.started",
      connection: null,
      data: '{"app":"vendor"}',
      at: world.now(),
    });
    await world.store.events.append(tenant, {
      id: "evt_anchor",
      type: "audit.anchored",
      connection: null,
      data: "{}",
      at: world.now(),
    });
    const got = Object.fromEntries(
      await Promise.all(
        [...hooks].map(async ([name, id]) => {
          const rows = await world.deliveries(tenant, id);
          return [name, rows.map(({ sequence }) => sequence)] as const;
        }),
      ),
    );
    expect(got).toEqual({
      all: [1, 2, 3, 4],
      u2: [2, 3, 4],
      zebu: [1, 2, 4],
      nuvama: [3, 4],
      vendor: [3, 4],
      both: [1, 4],
      closed: [2],
    });
    await world.endWebhooks();
  });

  it("are changed where something is given, and keep the rest", async () => {
    const tenant = await world.addTenant();
    const { id } = await world.addWebhook(tenant, { url, types: ["connection.active"], users: ["u1"] });
    const change = (wish: Parameters<typeof changeWebhook>[3]) =>
      changeWebhook(world.ports, tenant, id, wish, "key_1");
    const other = "https://app.example/other";
    expect(await change({ url: other })).toMatchObject({
      url: other,
      types: ["connection.active"],
      users: ["u1"],
    });
    expect(await change({ types: null, users: ["u2", "u2"], brokers: ["zebu"] })).toMatchObject({
      url: other,
      types: null,
      apps: null,
      brokers: ["zebu"],
      users: ["u2"],
    });
    expect((await world.store.audit.list(tenant, 0, 9)).at(-1)).toMatchObject({
      key: "key_1",
      action: "webhook.change",
      facts: '{"fields":"brokers types users"}',
    });
    for (const [field, wish] of [
      ["url", { url: "ftp://app.example" }],
      ["types", { types: [] }],
      ["brokers", { brokers: ["nobody"] }],
      ["users", { users: [""] }],
      ["apps", { apps: Array.from({ length: 101 }, (_, n) => `a${n}`) }],
    ] as const)
      await expect(change(wish)).rejects.toMatchObject({ code: "request_invalid", facts: { field } });
    const stranger = await world.addTenant();
    await expect(changeWebhook(world.ports, stranger, id, {}, null)).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await change({})).toMatchObject({ url: other, users: ["u2"] });
    await world.endWebhooks();
  });

  it("are as many as a tenant may have, also where many are made at once", async () => {
    const tenant = await world.addTenant();
    const made = await Promise.allSettled(
      Array.from({ length: webhooksPerTenant + 5 }, () => world.addWebhook(tenant, { url })),
    );
    const refused = made.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(refused).toEqual(Array(5).fill("webhooks_too_many"));
    const [first] = (await world.store.webhooks.list(tenant, { limit: 1 })).items;
    await endWebhook(world.ports, tenant, first?.id ?? "", null);
    await world.addWebhook(tenant, { url });
    await expect(world.addWebhook(tenant, { url })).rejects.toMatchObject({ code: "webhooks_too_many" });
    await world.addWebhook(await world.addTenant(), { url });
    await world.endWebhooks();
  });
});
