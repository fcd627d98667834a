import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../../src/domain/problem.js";
import { addWebhook, endWebhook, type WebhookWish, webhookSlot } from "../../src/flows/webhooks.js";
import { databases } from "../support/databases.js";
import { type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";
import { startReceiver } from "./support/receiver.js";

const url = "https://app.example/hooks/kunji?source=gateway";

describe.each(databases)("a webhook on %s", (_name, make) => {
  let world: DeliveryWorld;
  let tenant: string;
  const add = (wish: WebhookWish) => addWebhook(world.ports, tenant, wish, "key_1");
  const problem = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

  beforeAll(async () => {
    world = await newDeliveryWorld(await make());
    tenant = await world.addTenant();
  });
  afterAll(() => world.close());

  it("is made with a secret of 256 bits that only its answer shows", async () => {
    const { webhook, secret } = await add({ url });
    expect(webhook).toMatchObject({ tenant, url, types: null, createdAt: world.now(), endedAt: null });
    expect(webhook.id).toMatch(/^whk_[0-9a-f]{32}$/);
    expect(secret.reveal()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await add({ url })).secret.reveal()).not.toBe(secret.reveal());
    const kept = await world.store.webhooks.get(tenant, webhook.id);
    expect(kept).toEqual(webhook);
    for (const part of [secret.reveal(), secret.reveal().slice(6)]) {
      expect(Buffer.from(kept?.sealedSecret ?? []).includes(part)).toBe(false);
      expect(inspect({ webhook, secret }, { depth: 9 })).not.toContain(part);
    }
    expect(world.ports.vault.open(webhookSlot(tenant, webhook.id), webhook.sealedSecret).reveal()).toBe(
      secret.reveal(),
    );
  });

  it("keeps the types that it wants, each once", async () => {
    const types = ["connection.closed", "connection.active", "connection.closed"] as const;
    expect((await add({ url, types })).webhook.types).toEqual(["connection.closed", "connection.active"]);
  });

  it.each([
    ["no URL", "app.example/hook"],
    ["a path", "/hook"],
    ["nothing", ""],
    ["another scheme", "ftp://app.example/hook"],
    ["a script", "javascript:alert(1)"],
    ["a user", "https://user@app.example/hook"],
    ["a user and a password", "https://user:pa55word@app.example/hook"],
    ["a password alone", "https://:pa55word@app.example/hook"],
    ["a fragment", "https://app.example/hook#part"],
    ["an empty fragment", "https://app.example/hook#"],
    ["too many characters", `https://app.example/${"a".repeat(2_000)}`],
  ])("is refused with %s for its URL, and says so without it", async (_, wrong) => {
    const error = await problem(add({ url: wrong }));
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: "request_invalid", status: 400, facts: { field: "url" } });
    if (wrong) expect(inspect(error)).not.toContain(wrong);
    expect(inspect(error)).not.toContain("pa55word");
    expect(await problem(add({ url: "https://app.example/hook" }))).toBeUndefined();
  });

  it.each([
    ["no type at all", []],
    ["an unknown type", ["connection.active", "connection.lost"]],
  ])("is refused with %s", async (_, types) => {
    const error = await problem(add({ url, types: types as never }));
    expect(error).toMatchObject({ code: "request_invalid", facts: { field: "types" } });
    expect(await problem(add({ url, types: ["connection.active"] }))).toBeUndefined();
  });

  it("ends once, and its making and its end are audited with the key", async () => {
    const before = (await world.store.audit.list(tenant, 0, 1_000)).length;
    const { webhook } = await add({ url });
    const at = world.now();
    await endWebhook(world.ports, tenant, webhook.id, "key_2");
    world.advance(1_000);
    await endWebhook(world.ports, tenant, webhook.id, "key_3");
    expect((await world.store.webhooks.get(tenant, webhook.id))?.endedAt).toBe(at);
    const audited = (await world.store.audit.list(tenant, 0, 1_000)).slice(before);
    expect(audited.map(({ key, action, kind, id }) => [key, action, kind, id])).toEqual([
      ["key_1", "webhook.add", "webhook", webhook.id],
      ["key_2", "webhook.end", "webhook", webhook.id],
    ]);
  });

  it("can't be ended by another tenant, to which it doesn't exist", async () => {
    const { webhook } = await add({ url });
    const stranger = await world.addTenant();
    for (const id of [webhook.id, "whk_none"])
      expect(await problem(endWebhook(world.ports, stranger, id, null))).toMatchObject({ code: "not_found" });
    expect((await world.store.webhooks.get(tenant, webhook.id))?.endedAt).toBeNull();
    expect(await problem(endWebhook(world.ports, tenant, webhook.id, null))).toBeUndefined();
  });

  it("leaves its secret in no event, message, warning or fault", async () => {
    const own = await world.addTenant();
    const to = await startReceiver((response) => void response.writeHead(500).end());
    const { id, secret } = await world.addWebhook(own, { url: to.url });
    await world.happen(own, "connection.active");
    await world.deliver();
    // A secret of another place can't be opened: it is told, and nothing is sent.
    const stray = await world.ports.vault.seal(webhookSlot(own, "another"), {
      reveal: () => secret,
    } as never);
    const bad = { id: "whk_bad", url: to.url, sealedSecret: stray, types: null, createdAt: world.now() };
    await world.store.webhooks.add(own, bad);
    await world.happen(own, "connection.closed", "c2");
    await world.deliver();
    expect(world.signalled).toContain(`webhook_secret_unreadable {"tenant":"${own}","webhook":"whk_bad"}`);
    await to.close();
    const sinks = {
      signalled: world.signalled,
      received: to.received,
      events: await world.store.events.list(own, 0, 100),
      audit: await world.store.audit.list(own, 0, 100),
      deliveries: [await world.deliveries(own, id), await world.deliveries(own, "whk_bad")],
    };
    const shown = inspect(sinks, { depth: 9, maxStringLength: null });
    for (const form of [secret.slice(6), Buffer.from(secret.slice(6), "base64").toString("hex")]) {
      expect(shown).not.toContain(form);
      expect(inspect({ ...sinks, leak: `x${form}` }, { depth: 9 })).toContain(form);
    }
    expect(await world.deliveries(own, "whk_bad")).toMatchObject([{ tries: 1, lastStatus: null }]);
    expect(to.received.length).toBe(2);
  });
});
