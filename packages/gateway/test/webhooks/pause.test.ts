import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { replayWebhook, testWebhook } from "../../src/flows/replay-webhook.js";
import { endWebhook, resumeWebhook } from "../../src/flows/webhooks.js";
import { databases } from "../support/databases.js";
import { type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";
import { type Receiver, startReceiver, verified } from "./support/receiver.js";

const hour = 3_600_000;

describe.each(databases)("a webhook that fails, on %s", (_name, make) => {
  let world: DeliveryWorld;
  const receivers: Receiver[] = [];
  /** A receiver that answers with this status until it is mended. */
  async function receiver(state: { status: number }): Promise<Receiver> {
    const made = await startReceiver((response) => void response.writeHead(state.status).end());
    receivers.push(made);
    return made;
  }
  const hook = async (tenant: string, id: string) => {
    const found = await world.store.webhooks.get(tenant, id);
    if (!found) throw new Error("There is no such webhook.");
    return found;
  };
  const eventsOf = async (tenant: string, type: string) =>
    (await world.store.events.list(tenant, 0, 500))
      .filter((event) => event.type === type)
      .map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  const types = ({ received }: Receiver, secret: string) =>
    received.map((message) => (verified(message, secret) as { type: string }).type);

  beforeAll(async () => {
    world = await newDeliveryWorld(await make());
  });
  afterEach(async () => {
    await world.endWebhooks();
    for (const one of receivers.splice(0)) await one.close();
  });
  afterAll(() => world.close());

  it("for a day is paused: the others and the list of events hear of it, and nothing is sent any more", async () => {
    const tenant = await world.addTenant();
    const bad = { status: 500 };
    const [failing, other] = [await receiver(bad), await receiver({ status: 204 })];
    const { id, secret } = await world.addWebhook(tenant, { url: failing.url });
    const watching = await world.addWebhook(tenant, { url: other.url, types: ["webhook.paused"] });
    const since = new Date(world.now()).toISOString();
    await world.happen(tenant, "connection.created");
    await world.deliver();
    world.advance(24 * hour - 1);
    await world.deliver();
    expect(await hook(tenant, id)).toMatchObject({ pausedAt: null, failingSince: Date.parse(since) });
    await world.happen(tenant, "connection.active");
    const tries = failing.received.length;
    world.advance(1);
    await world.deliver();
    const at = world.now();
    expect(await hook(tenant, id)).toMatchObject({
      pausedAt: at,
      pausedFrom: 1,
      failingSince: Date.parse(since),
    });
    expect(failing.received.length).toBe(tries + 1);
    expect(await eventsOf(tenant, "webhook.paused")).toEqual([
      { webhook: id, failing_since: since, from: 1 },
    ]);
    await world.deliverAll(tenant, watching.id);
    expect(types(other, watching.secret)).toEqual(["webhook.paused"]);

    bad.status = 204;
    await world.happen(tenant, "connection.closed");
    world.advance(hour);
    await world.deliver();
    expect(failing.received.length).toBe(tries + 1);
    expect((await world.deliveries(tenant, id)).map(({ sequence, dueAt }) => [sequence, dueAt])).toEqual([
      [1, null],
      [2, null],
    ]);
    const audited = await world.store.audit.list(tenant, 0, 100);
    const told = { key: null, action: "webhook.pause", kind: "webhook", id };
    expect(audited).toContainEqual(expect.objectContaining(told));

    for (const work of [
      () => testWebhook(world.ports, tenant, id, "key_1"),
      () => replayWebhook(world.ports, tenant, id, { from: 1 }, "key_1"),
    ])
      await expect(work()).rejects.toMatchObject({ code: "webhook_paused" });
    const resumed = await resumeWebhook(world.ports, tenant, id, "key_1");
    expect(resumed).toMatchObject({ pausedAt: null, failingSince: null, pausedFrom: 1 });
    expect(await replayWebhook(world.ports, tenant, id, { from: 1 }, "key_1")).toEqual({
      replayed: 4,
      next: null,
    });
    await world.deliverAll(tenant, id);
    expect(
      types(failing, secret)
        .slice(tries + 1)
        .sort(),
    ).toEqual(["connection.active", "connection.closed", "connection.created", "webhook.paused"]);
    await resumeWebhook(world.ports, tenant, id, "key_1");
    const actions = (await world.store.audit.list(tenant, 0, 100)).map(({ action }) => action);
    expect(actions.filter((action) => action === "webhook.resume")).toHaveLength(1);
  });

  it("is not paused for one event that it never takes, while it takes others", async () => {
    const tenant = await world.addTenant(2);
    const to = await startReceiver((response, { body }) => {
      response.writeHead(body.includes('"c1"') ? 400 : 204).end();
    });
    receivers.push(to);
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created", "c1");
    for (let step = 0; step < 13; step++) {
      await world.happen(tenant, "connection.active", "c2");
      await world.deliver();
      world.advance(2 * hour);
    }
    await world.deliver();
    expect(await world.deliveries(tenant, id)).toContainEqual(
      expect.objectContaining({ sequence: 1, dueAt: null, deliveredAt: null }),
    );
    expect(await hook(tenant, id)).toMatchObject({ pausedAt: null });
    expect(await eventsOf(tenant, "webhook.paused")).toEqual([]);
  });

  it("begins to count anew after a success", async () => {
    const tenant = await world.addTenant();
    const state = { status: 500 };
    const to = await receiver(state);
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    await world.deliver();
    world.advance(20 * hour);
    state.status = 204;
    await world.deliver();
    expect(await hook(tenant, id)).toMatchObject({ failingSince: null, succeededAt: world.now() });
    state.status = 500;
    await world.happen(tenant, "connection.active");
    await world.deliver();
    world.advance(20 * hour);
    await world.deliver();
    expect((await hook(tenant, id)).pausedAt).toBeNull();
    world.advance(4 * hour);
    await world.deliver();
    expect((await hook(tenant, id)).pausedAt).toBe(world.now());
  });

  it("is paused once, however many messages fail at once", async () => {
    const tenant = await world.addTenant(12);
    const to = await receiver({ status: 500 });
    const { id } = await world.addWebhook(tenant, { url: to.url });
    for (let n = 1; n <= 12; n++) await world.happen(tenant, "connection.created", `c${n}`);
    await world.deliver();
    world.advance(24 * hour);
    await Promise.all([world.deliver(), world.deliver()]);
    expect(await eventsOf(tenant, "webhook.paused")).toMatchObject([{ webhook: id, from: 1 }]);
    expect((await world.deliveries(tenant, id)).filter(({ dueAt }) => dueAt !== null)).toEqual([]);
  });

  it("gets nothing that was written down while it was being paused", async () => {
    const tenant = await world.addTenant();
    const to = await receiver({ status: 204 });
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    const [event] = await world.store.events.list(tenant, 0, 1);
    await world.store.webhooks.pause(tenant, id, 1, world.now());
    await world.store.webhooks.replay(tenant, id, event ? [event] : [], world.now());
    expect(await world.deliver()).toBe(1);
    expect([await world.deliver(), to.received.length]).toEqual([0, 0]);
    await resumeWebhook(world.ports, tenant, id, null);
    await world.store.webhooks.replay(tenant, id, event ? [event] : [], world.now());
    expect([await world.deliver(), to.received.length]).toEqual([1, 1]);
    await endWebhook(world.ports, tenant, id, null);
    await expect(resumeWebhook(world.ports, tenant, id, null)).rejects.toMatchObject({
      code: "webhook_ended",
    });
  });
});
