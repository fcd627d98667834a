import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deliverDue } from "../../src/flows/deliver-webhooks.js";
import type { WebhookMessage, WebhookOutcome, WebhookSender } from "../../src/ports/webhook-sender.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { type DeliveryPorts, type DeliveryWorld, newDeliveryWorld } from "./support/delivery-world.js";
import { type Receiver, startReceiver } from "./support/receiver.js";

/** A sender whose messages stay under way until they are let go. */
function holdingSender() {
  const held: { message: WebhookMessage; letGo: (outcome: WebhookOutcome) => void }[] = [];
  const sender: WebhookSender = {
    send: (message) => new Promise((letGo) => held.push({ message, letGo })),
    close: async () => undefined,
  };
  return { sender, held };
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.each(databases)("deliveries under way at once on %s", (name, make) => {
  let database: TestDatabase;
  let world: DeliveryWorld;
  /** Another gateway on the same database. */
  let other: DeliveryPorts;
  const receivers: Receiver[] = [];
  async function receiver(): Promise<Receiver> {
    const made = await startReceiver();
    receivers.push(made);
    return made;
  }

  beforeAll(async () => {
    database = await make();
    world = await newDeliveryWorld(database);
    // SQLite serves one gateway: there the two share its store.
    const store = name === "PostgreSQL" ? await database.open() : world.store;
    other = { ...world.ports, store };
  });
  afterEach(async () => {
    await world.endWebhooks();
    for (const one of receivers.splice(0)) await one.close();
    world.signalled.splice(0);
  });
  afterAll(async () => {
    if (other.store !== world.store) await other.store.close();
    await world.close();
  });

  it("are sent once each by two gateways at work", async () => {
    const tenant = await world.addTenant(12);
    const to = await receiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    for (let n = 0; n < 60; n++) await world.happen(tenant, "connection.active", `c${(n % 12) + 1}`);
    const taken = await Promise.all([world.deliver(), world.deliver(other)]);
    expect(taken[0] + taken[1]).toBe(60);
    expect(to.received).toHaveLength(60);
    expect(new Set(to.received.map(({ headers }) => headers["webhook-id"])).size).toBe(60);
    const places = to.received.map(({ body }) => (JSON.parse(body) as { data: Place }).data);
    for (let n = 1; n <= 12; n++) {
      const own = places.filter(({ connection }) => connection === `c${n}`).map(({ sequence }) => sequence);
      expect([own.length, own]).toEqual([5, own.toSorted((a, b) => a - b)]);
    }
    expect((await world.deliveries(tenant, id)).every(({ tries, dueAt }) => tries === 1 && !dueAt)).toBe(
      true,
    );
  });

  it("are four to one webhook: the others' go on past a receiver that doesn't answer", async () => {
    const [slow, quick] = [await world.addTenant(30), await world.addTenant(10)];
    const silent = await world.addWebhook(slow, { url: "https://silent.example/" });
    for (let n = 1; n <= 30; n++) await world.happen(slow, "connection.active", `c${n}`);
    const { sender, held } = holdingSender();
    const run = world.deliver(world.ports, sender);
    const to = (host: string) => held.filter(({ message }) => message.url.includes(host));
    await until(() => held.length === 4);

    await world.addWebhook(quick, { url: "https://quick.example/" });
    for (let n = 1; n <= 10; n++) await world.happen(quick, "connection.active", `c${n}`);
    for (let n = 0; n < 10; n++) {
      await until(() => to("quick").length > n);
      to("quick")[n]?.letGo({ status: 204 });
    }
    expect(to("silent")).toHaveLength(4);
    const claimed = (await world.deliveries(slow, silent.id)).filter(({ leaseOwner }) => leaseOwner !== null);
    expect(claimed).toHaveLength(20);

    for (let n = 0; n < 30; n++) {
      await until(() => to("silent").length > n);
      expect(to("silent").length).toBeLessThanOrEqual(n + 4);
      to("silent")[n]?.letGo({ status: 204 });
    }
    expect(await run).toBe(40);
    expect((await world.deliveries(slow, silent.id)).map(({ deliveredAt }) => deliveredAt !== null)).toEqual(
      Array(30).fill(true),
    );
  });

  it("go on as each ends: a connection's own order costs no waits beside a slow receiver", async () => {
    const [slow, quick] = [await world.addTenant(), await world.addTenant()];
    await world.addWebhook(slow, { url: "https://silent.example/" });
    await world.happen(slow, "connection.created");
    await world.addWebhook(quick, { url: "https://quick.example/" });
    for (let n = 0; n < 40; n++) await world.happen(quick, "connection.active");
    const { sender: holding, held } = holdingSender();
    let quickly = 0;
    const sender: WebhookSender = {
      ...holding,
      async send(message) {
        if (message.url.includes("silent")) return holding.send(message);
        quickly++;
        return { status: 204 };
      },
    };
    const run = world.deliver(world.ports, sender);
    // Each comes after the one before it: forty pauses of half a second would be too many.
    await until(() => quickly === 40);
    expect(held).toHaveLength(1);
    held[0]?.letGo({ status: 204 });
    expect(await run).toBe(41);
  }, 10_000);

  it("are sent again under the same id where the gateway went down before it wrote them down", async () => {
    const tenant = await world.addTenant();
    const to = await receiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    await world.happen(tenant, "connection.active");
    // Goes down after the message was sent: it writes nothing, and its lease ends after a moment.
    const { store } = other;
    const dying: DeliveryPorts = {
      ...other,
      store: {
        ...store,
        webhooks: { ...store.webhooks, settle: () => Promise.reject(new Error("gone")) },
        dueWork: {
          ...store.dueWork,
          claimDeliveries: (wish) => store.dueWork.claimDeliveries({ ...wish, ms: 1_000 }),
        },
      },
    };
    await expect(world.deliver(dying)).rejects.toThrow("gone");
    expect(to.received).toHaveLength(1);
    expect(await world.deliver()).toBe(0);
    const [delivery] = await world.deliveries(tenant, id);
    while ((await store.clock()) <= (delivery?.leaseUntil ?? 0))
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await world.deliver()).toBe(2);
    const ids = to.received.map(({ headers }) => headers["webhook-id"]);
    expect([ids.length, ids[0] === ids[1], ids[1] === ids[2]]).toEqual([3, true, false]);
    expect(to.received[0]?.body).toBe(to.received[1]?.body);
  });

  it("that had to wait are not begun at the end of their lease, but claimed again after it", async () => {
    const tenant = await world.addTenant(6);
    await world.addWebhook(tenant, { url: "https://receiver.example/" });
    for (let n = 1; n <= 6; n++) await world.happen(tenant, "connection.active", `c${n}`);
    const { store } = other;
    const claimDeliveries: typeof store.dueWork.claimDeliveries = (wish) =>
      store.dueWork.claimDeliveries({ ...wish, ms: 14_000 });
    const short = { ...other, store: { ...store, dueWork: { ...store.dueWork, claimDeliveries } } };
    const { sender, held } = holdingSender();
    const run = world.deliver(short, sender);
    await until(() => held.length === 4);
    for (const { letGo } of held) letGo({ status: 204 });
    expect(await run).toBe(6);
    expect(held).toHaveLength(4);
  });

  it("are ended and not begun where the gateway is to stop", async () => {
    const tenant = await world.addTenant(6);
    await world.addWebhook(tenant, { url: "https://receiver.example/" });
    for (let n = 1; n <= 6; n++) await world.happen(tenant, "connection.active", `c${n}`);
    const { sender, held } = holdingSender();
    const stopping = new AbortController();
    const run = deliverDue(world.ports, sender, stopping.signal);
    await until(() => held.length === 4);
    stopping.abort();
    for (const { letGo } of held) letGo({ status: 204 });
    expect(await run).toBe(6);
    expect([held.length, world.signalled]).toEqual([4, Array(4).fill("delivered")]);
  });

  it("are left to another gateway's word where their lease was lost", async () => {
    const tenant = await world.addTenant();
    const { id } = await world.addWebhook(tenant, { url: "https://receiver.example/" });
    await world.happen(tenant, "connection.created");
    const { sender, held } = holdingSender();
    const { store } = other;
    const late: DeliveryPorts = {
      ...other,
      store: {
        ...store,
        dueWork: {
          ...store.dueWork,
          claimDeliveries: (wish) => store.dueWork.claimDeliveries({ ...wish, ms: 1 }),
        },
      },
    };
    const lateRun = world.deliver(late, sender);
    await until(() => held.length === 1);
    const clock = await store.clock();
    while ((await store.clock()) <= clock + 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const run = world.deliver(world.ports, sender);
    await until(() => held.length === 2);
    held[0]?.letGo({ status: 500 });
    await lateRun;
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 0, deliveredAt: null }]);
    held[1]?.letGo({ status: 204 });
    await run;
    expect(await world.deliveries(tenant, id)).toMatchObject([{ tries: 1, lastStatus: 204, dueAt: null }]);
    expect(world.signalled).toEqual(["delivered"]);
  });
});

interface Place {
  readonly connection: string;
  readonly sequence: number;
}
