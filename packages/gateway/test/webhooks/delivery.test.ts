import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { endWebhook } from "../../src/flows/webhooks.js";
import type { WebhookSender } from "../../src/ports/webhook-sender.js";
import { databases } from "../support/databases.js";
import { type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";
import { type Answering, type Receiver, startReceiver, verified } from "./support/receiver.js";

const hour = 3_600_000;
const answering =
  (...statuses: number[]): Answering =>
  (response, _, n) =>
    void response.writeHead(statuses[n] ?? statuses.at(-1) ?? 204).end();
const sequences = ({ received }: Receiver, secret: string) =>
  received.map((message) => {
    const { data } = verified(message, secret) as { data: { connection: string; sequence: number } };
    return `${data.connection}:${data.sequence}`;
  });

describe.each(databases)("webhooks on %s", (_name, make) => {
  let world: DeliveryWorld;
  const receivers: Receiver[] = [];
  async function receiver(answer?: Answering): Promise<Receiver> {
    const made = await startReceiver(answer);
    receivers.push(made);
    return made;
  }

  beforeAll(async () => {
    world = await newDeliveryWorld(await make());
  });
  afterEach(async () => {
    await world.endWebhooks();
    for (const one of receivers.splice(0)) await one.close();
    world.signalled.splice(0);
  });
  afterAll(() => world.close());

  it("get an event once, signed, with its data, its connection and its place in the order", async () => {
    const tenant = await world.addTenant();
    const to = await receiver();
    const { id, secret } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.active");
    expect(await world.deliver()).toBe(1);
    expect(await world.deliver()).toBe(0);
    const [event] = await world.store.events.list(tenant, 0, 10);
    expect(to.received.map((message) => verified(message, secret))).toEqual([
      {
        type: "connection.active",
        timestamp: new Date(world.now()).toISOString(),
        data: { account: "FA1", reason: null, connection: "c1", sequence: event?.sequence },
      },
    ]);
    expect(to.received[0]?.headers["webhook-id"]).toBe(event?.id);
    expect(await world.deliveries(tenant, id)).toMatchObject([
      { tries: 1, dueAt: null, deliveredAt: world.now(), lastStatus: 204 },
    ]);
    expect(world.signalled).toEqual(["delivered"]);
  });

  it("hear nothing of a change that was rolled back, and of the same change once it is made", async () => {
    const tenant = await world.addTenant();
    const to = await receiver();
    const { secret } = await world.addWebhook(tenant, { url: to.url });
    const change = (fails: boolean) =>
      world.store.transaction(async (parts) => {
        await parts.connections.change(
          tenant,
          "c1",
          { generation: 1 },
          { status: "login_needed", at: world.now() },
        );
        await parts.events.append(tenant, {
          id: `evt_${tenant}`,
          type: "connection.login_needed",
          connection: "c1",
          data: "{}",
          at: world.now(),
        });
        if (fails) throw new Error("the change fails");
      });
    await expect(change(true)).rejects.toThrow("the change fails");
    expect([await world.deliver(), to.received.length]).toEqual([0, 0]);
    expect(await world.store.events.list(tenant, 0, 10)).toEqual([]);
    expect((await world.store.connections.get(tenant, "c1"))?.status).toBe("active");
    await change(false);
    expect([await world.deliver(), sequences(to, secret)]).toEqual([1, ["c1:1"]]);
    expect((await world.store.connections.get(tenant, "c1"))?.status).toBe("login_needed");
  });

  it("get the types that they want", async () => {
    const tenant = await world.addTenant();
    const [all, some] = [await receiver(), await receiver()];
    const every = await world.addWebhook(tenant, { url: all.url });
    const chosen = await world.addWebhook(tenant, { url: some.url, types: ["connection.closed"] });
    await world.happen(tenant, "connection.active");
    await world.happen(tenant, "connection.closed");
    await world.deliver();
    expect([sequences(all, every.secret), sequences(some, chosen.secret)]).toEqual([
      ["c1:1", "c1:2"],
      ["c1:2"],
    ]);
  });

  it("keep the order of a connection when the first event fails, and let the other connections go on", async () => {
    const tenant = await world.addTenant(2);
    const to = await receiver(answering(500, 204));
    const { id, secret } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created", "c1");
    await world.deliver();
    for (const connection of ["c1", "c2", "c1", "c2"])
      await world.happen(tenant, "connection.active", connection);
    await world.deliver();
    expect(sequences(to, secret)).toEqual(["c1:1", "c2:3", "c2:5"]);
    await world.deliverAll(tenant, id);
    expect(sequences(to, secret)).toEqual(["c1:1", "c2:3", "c2:5", "c1:1", "c1:2", "c1:4"]);
    expect(new Set(to.received.map(({ headers }) => headers["webhook-id"])).size).toBe(5);
  });

  it.each([
    ["a fault", 503],
    ["too many requests", 429],
  ])(
    "are tried again for a day after %s, with the same id and body, and then given up",
    async (_, status) => {
      const tenant = await world.addTenant();
      const to = await receiver(answering(status));
      const { id, secret } = await world.addWebhook(tenant, { url: to.url });
      await world.happen(tenant, "connection.active");
      expect(await world.deliverAll(tenant, id)).toBe(24 * hour);
      expect(to.received.length).toBeGreaterThanOrEqual(13);
      expect(new Set(to.received.map(({ headers, body }) => headers["webhook-id"] + body)).size).toBe(1);
      expect(sequences(to, secret)).toHaveLength(to.received.length);
      expect(await world.deliveries(tenant, id)).toMatchObject([
        { tries: to.received.length, dueAt: null, deliveredAt: null, lastStatus: status },
      ]);
      expect(world.signalled).toEqual([...to.received.slice(1).map(() => "again"), "given_up"]);
    },
  );

  it("are tried again after whatever else is no success: a redirect, a refusal", async () => {
    const tenant = await world.addTenant();
    const to = await receiver(answering(302, 307, 400, 404, 204));
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.active");
    await world.deliverAll(tenant, id);
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 5, lastStatus: 204 }]);
  });

  it("get it at last when the receiver comes back within the day", async () => {
    const tenant = await world.addTenant();
    const to = await receiver(answering(...Array<number>(9).fill(502), 200));
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.active");
    const took = await world.deliverAll(tenant, id);
    expect([took > 11 * hour && took < 14 * hour, to.received.length]).toEqual([true, 10]);
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 10, lastStatus: 200 }]);
  });

  it("are left alone as long as they ask for", async () => {
    const tenant = await world.addTenant();
    const to = await receiver((response, _, n) =>
      n === 0
        ? void response.writeHead(429, { "retry-after": "600" }).end()
        : void response.writeHead(204).end(),
    );
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.active");
    expect([await world.deliverAll(tenant, id), to.received.length]).toEqual([600_000, 2]);
  });

  it("are not tried again with an event after 410, and get the next one", async () => {
    const tenant = await world.addTenant();
    const to = await receiver(answering(410, 204));
    const { id, secret } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    await world.happen(tenant, "connection.active");
    expect(await world.deliverAll(tenant, id)).toBe(0);
    expect(sequences(to, secret)).toEqual(["c1:1", "c1:2"]);
    expect(await world.deliveries(tenant, id)).toMatchObject([
      { deliveredAt: null, lastStatus: 410 },
      { lastStatus: 204 },
    ]);
  });

  it("get nothing more once they have ended, not even what was on its way", async () => {
    const tenant = await world.addTenant();
    const [ended, other] = [await receiver(answering(500)), await receiver(answering(500, 204))];
    const { id } = await world.addWebhook(tenant, { url: ended.url });
    const stays = await world.addWebhook(tenant, { url: other.url });
    await world.happen(tenant, "connection.created");
    await world.deliver();
    await endWebhook(world.ports, tenant, id, null);
    await world.happen(tenant, "connection.active");
    await world.deliverAll(tenant, stays.id);
    expect(ended.received).toHaveLength(1);
    expect(sequences(other, stays.secret)).toEqual(["c1:1", "c1:1", "c1:2"]);
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 1, dueAt: null }]);
  });

  it("that end while a message is under way stay ended, whatever its answer", async () => {
    const tenant = await world.addTenant();
    const to = await receiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    const ending: WebhookSender = {
      async send() {
        await endWebhook(world.ports, tenant, id, null);
        return { status: 500 };
      },
      close: async () => undefined,
    };
    expect(await world.deliver(world.ports, ending)).toBe(1);
    expect([await world.deliverAll(tenant, id), to.received.length]).toEqual([0, 0]);
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 0, dueAt: null, deliveredAt: null }]);
  });
});
