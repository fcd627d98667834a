import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventType } from "kunji/gateway";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { embeddedKeys } from "../../../src/adapters/vault/key-source.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import { createWebhookSender } from "../../../src/adapters/webhooks/webhook-sender.js";
import { deliverDue } from "../../../src/flows/deliver-webhooks.js";
import { recordEvent } from "../../../src/flows/record-event.js";
import { addWebhook, type WebhookWish } from "../../../src/flows/webhooks.js";
import type { Ports } from "../../../src/ports/ports.js";
import type { Store } from "../../../src/ports/store.js";
import type { WebhookSender } from "../../../src/ports/webhook-sender.js";
import type { Delivery } from "../../../src/ports/webhooks.js";
import type { TestDatabase } from "../../support/databases.js";
import { addTenant, t0 } from "../../support/rows.js";

export type DeliveryPorts = Pick<Ports, "store" | "vault" | "brokers" | "signals" | "now" | "randomBytes">;

/** Tenants with webhooks, and a gateway's delivery of their events, on one clock that stands still. */
export interface DeliveryWorld {
  readonly ports: DeliveryPorts;
  readonly store: Store;
  readonly sender: WebhookSender;
  /** What was signalled, with its facts. */
  readonly signalled: string[];
  now(): number;
  advance(ms: number): void;
  /** A new tenant with the connections `c1`, `c2`, …; its id. */
  addTenant(connections?: number): Promise<string>;
  /** A webhook; its id and secret. */
  addWebhook(tenant: string, wish: WebhookWish): Promise<{ id: string; secret: string }>;
  /** Ends every webhook, with what is on its way. */
  endWebhooks(): Promise<void>;
  /** Something that happened, by default to the connection `c1`. */
  happen(tenant: string, type: EventType, connection?: string | undefined): Promise<void>;
  /** So many events at once, of no connection. */
  happenOften(tenant: string, times: number): Promise<void>;
  /** Delivers what is due: at this gateway, or at another one. */
  deliver(at?: DeliveryPorts, sender?: WebhookSender): Promise<number>;
  deliveries(tenant: string, webhook: string): Promise<readonly Delivery[]>;
  /** Moves the clock from one due delivery to the next until none is left; how far it went, in ms. */
  deliverAll(tenant: string, webhook: string): Promise<number>;
  close(): Promise<void>;
}

export async function newDeliveryWorld(database: TestDatabase): Promise<DeliveryWorld> {
  let moved = 0;
  let tenants = 0;
  const webhooks: [tenant: string, id: string][] = [];
  const now = () => t0 + moved;
  const folder = await mkdtemp(join(tmpdir(), "kunji-delivery-"));
  const store = await database.open();
  const records = store.vaultRecords;
  const source = embeddedKeys(folder);
  const vault = await openVault({ source, records, randomBytes, say: () => undefined });
  const signalled: string[] = [];
  const signals = {
    delivered: (outcome: string) => void signalled.push(outcome),
    warn: (what: string, facts?: object) => void signalled.push(`${what} ${JSON.stringify(facts)}`),
  } as Ports["signals"];
  const brokers = createBrokers({ now, randomBytes });
  const ports: DeliveryPorts = { store, vault, brokers, signals, now, randomBytes };
  const sender = createWebhookSender({ targets: "any", now: () => Date.now(), timeoutMs: 2_000 });

  return {
    ports,
    store,
    sender,
    signalled,
    now,
    advance(ms) {
      moved += ms;
    },
    async addTenant(connections = 1) {
      tenants += 1;
      const tenant = `t${tenants}`;
      await addTenant(store, tenant);
      const { add } = store.connections;
      for (let n = 2; n <= connections; n++)
        await add(tenant, {
          id: `c${n}`,
          app: "zebu",
          user: `u${n}`,
          expectedAccount: null,
          returnUrl: "https://app.example/back",
          at: t0,
        });
      return tenant;
    },
    async addWebhook(tenant, wish) {
      const { webhook, secret } = await addWebhook(ports, tenant, wish, "key_1");
      webhooks.push([tenant, webhook.id]);
      return { id: webhook.id, secret: secret.reveal() };
    },
    async endWebhooks() {
      for (const [tenant, id] of webhooks.splice(0)) await store.webhooks.end(tenant, id, now());
    },
    happen: (tenant, type, connection = "c1") =>
      store.transaction(async (parts) => {
        await recordEvent(parts, ports, tenant, {
          type,
          connection,
          data: { account: "FA1", reason: null },
        });
      }),
    happenOften: (tenant, times) =>
      store.transaction(async (parts) => {
        const event = { type: "connection.active", connection: null, data: "{}", at: now() };
        for (let n = 1; n <= times; n++) await parts.events.append(tenant, { ...event, id: `e${n}` });
      }),
    deliver: (at = ports, by = sender) => deliverDue(at, by),
    deliveries: (tenant, webhook) => store.webhooks.deliveries(tenant, webhook, 0, 1_000),
    async deliverAll(tenant, webhook) {
      const begun = now();
      for (;;) {
        await deliverDue(ports, sender);
        const rows = await store.webhooks.deliveries(tenant, webhook, 0, 1_000);
        const due = rows.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt]));
        if (due.length === 0) return now() - begun;
        // What waits for an earlier event is due already: the clock goes to the next one that is not.
        const ahead = Math.min(...due.filter((at) => at > now()));
        if (ahead === Number.POSITIVE_INFINITY) throw new Error("something that is due is not delivered");
        moved += ahead - now();
      }
    },
    async close() {
      await sender.close();
      await store.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
