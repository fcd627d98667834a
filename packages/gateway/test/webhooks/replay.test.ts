import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { replayWebhook, testWebhook } from "../../src/flows/replay-webhook.js";
import { endWebhook } from "../../src/flows/webhooks.js";
import { databases } from "../support/databases.js";
import { type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";
import { type Answering, type Receiver, startReceiver, verified } from "./support/receiver.js";

const hour = 3_600_000;

describe.each(databases)("a replay on %s", (_name, make) => {
  let world: DeliveryWorld;
  const receivers: Receiver[] = [];
  async function receiver(answer?: Answering): Promise<Receiver> {
    const made = await startReceiver(answer);
    receivers.push(made);
    return made;
  }
  const sequences = ({ received }: Receiver, secret: string) =>
    received.map((message) => (verified(message, secret) as { data: { sequence: number } }).data.sequence);
  const ids = ({ received }: Receiver) => received.map(({ headers }) => headers["webhook-id"]);
  const replay = (tenant: string, id: string, wish: Parameters<typeof replayWebhook>[3]) =>
    replayWebhook(world.ports, tenant, id, wish, "key_1");

  beforeAll(async () => {
    world = await newDeliveryWorld(await make());
  });
  afterEach(async () => {
    await world.endWebhooks();
    for (const one of receivers.splice(0)) await one.close();
  });
  afterAll(() => world.close());

  it("sends one event again under its old id, also one that was given up, for another day", async () => {
    const tenant = await world.addTenant();
    const to = await receiver((response, _, n) => void response.writeHead(n === 0 ? 410 : 500).end());
    const { id, secret } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    await world.deliver();
    world.advance(48 * hour);
    expect(await replay(tenant, id, { sequence: 1 })).toEqual({ replayed: 1, next: null });
    expect(await world.deliveries(tenant, id)).toMatchObject([
      { tries: 0, dueAt: world.now(), lastStatus: null },
    ]);
    await world.deliver();
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 1, lastStatus: 500 }]);
    expect((await world.deliveries(tenant, id))[0]?.dueAt).toBeGreaterThan(world.now());
    expect(await replay(tenant, id, { sequence: 1 })).toEqual({ replayed: 0, next: null });
    expect(await world.deliverAll(tenant, id)).toBe(24 * hour);
    expect(new Set(ids(to)).size).toBe(1);
    expect(sequences(to, secret)).toHaveLength(to.received.length);
  });

  it("sends a range: what the filters let through, from before the webhook was made too", async () => {
    const tenant = await world.addTenant(2);
    for (const [type, connection] of [
      ["connection.created", "c1"],
      ["connection.active", "c2"],
      ["connection.active", "c1"],
      ["connection.closed", "c1"],
      ["connection.active", "c2"],
    ] as const)
      await world.happen(tenant, type, connection);
    const to = await receiver();
    const { id, secret } = await world.addWebhook(tenant, { url: to.url, types: ["connection.active"] });
    expect(await replay(tenant, id, { from: 1, to: 4 })).toEqual({ replayed: 2, next: null });
    await world.deliver();
    expect(sequences(to, secret).sort()).toEqual([2, 3]);
    expect(await replay(tenant, id, { from: 3 })).toEqual({ replayed: 2, next: null });
    await world.deliver();
    expect(sequences(to, secret).sort()).toEqual([2, 3, 3, 5]);
    expect(await replay(tenant, id, { sequence: 1 })).toEqual({ replayed: 1, next: null });
    await world.deliver();
    expect(sequences(to, secret).at(-1)).toBe(1);
    expect(await replay(tenant, id, { from: 6 })).toEqual({ replayed: 0, next: null });
  });

  it("keeps the order of a connection", async () => {
    const tenant = await world.addTenant();
    const to = await receiver((response, _, n) => void response.writeHead(n === 3 ? 500 : 204).end());
    const { id, secret } = await world.addWebhook(tenant, { url: to.url });
    for (const type of ["connection.created", "connection.active", "connection.closed"] as const)
      await world.happen(tenant, type);
    await world.deliverAll(tenant, id);
    await replay(tenant, id, { from: 1, to: 3 });
    await world.deliverAll(tenant, id);
    expect(sequences(to, secret)).toEqual([1, 2, 3, 1, 1, 2, 3]);
  });

  it("of a long range goes on from where a call ended", async () => {
    const tenant = await world.addTenant();
    await world.happenOften(tenant, 1_003);
    const to = await receiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    expect(await replay(tenant, id, { from: 2 })).toEqual({ replayed: 1_000, next: 1_002 });
    expect(await replay(tenant, id, { from: 1_002 })).toEqual({ replayed: 2, next: null });
    expect(await replay(tenant, id, { from: 2, to: 1_001 })).toEqual({ replayed: 0, next: null });
    await world.store.webhooks.end(tenant, id, world.now());
  });

  it("is refused for what there isn't: an event, a webhook, one of another tenant or one that has ended", async () => {
    const tenant = await world.addTenant();
    const stranger = await world.addTenant();
    const to = await receiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    const refused = async (work: Promise<unknown>) =>
      ((await work.catch((error: unknown) => error)) as { code?: string }).code;
    expect(await refused(replay(tenant, id, { sequence: 2 }))).toBe("not_found");
    expect(await refused(replay(tenant, id, { from: 3, to: 2 }))).toBe("request_invalid");
    expect(await refused(replay(stranger, id, { from: 1 }))).toBe("not_found");
    expect(await refused(testWebhook(world.ports, stranger, id, null))).toBe("not_found");
    expect(await refused(replay(tenant, id, { sequence: 1 }))).toBeUndefined();
    await endWebhook(world.ports, tenant, id, null);
    expect(await refused(replay(tenant, id, { sequence: 1 }))).toBe("webhook_ended");
    expect(await refused(testWebhook(world.ports, tenant, id, null))).toBe("webhook_ended");
  });

  it("carries no other webhook's test; a test reaches its own webhook alone, whatever its filters", async () => {
    const tenant = await world.addTenant();
    const [one, two] = [await receiver(), await receiver()];
    const tested = await world.addWebhook(tenant, { url: one.url, types: ["connection.closed"] });
    const other = await world.addWebhook(tenant, { url: two.url });
    const delivery = await testWebhook(world.ports, tenant, tested.id, "key_1");
    expect(delivery).toMatchObject({ webhook: tested.id, tries: 0, connection: null });
    await world.deliver();
    expect(one.received.map((message) => verified(message, tested.secret))).toMatchObject([
      { type: "webhook.test", data: { webhook: tested.id, sequence: delivery.sequence } },
    ]);
    expect(two.received).toEqual([]);
    expect(await replay(tenant, other.id, { from: 1 })).toEqual({ replayed: 0, next: null });
    expect(await replay(tenant, tested.id, { sequence: delivery.sequence })).toMatchObject({ replayed: 1 });
    await world.deliver();
    expect([one.received.length, two.received.length]).toEqual([2, 0]);
  });
});
