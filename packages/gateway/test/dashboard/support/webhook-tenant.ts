import { recordEvent } from "../../../src/flows/record-event.js";
import { addWebhook } from "../../../src/flows/webhooks.js";
import type { Delivery, Webhook } from "../../../src/ports/webhooks.js";
import { newConnection } from "../../connect/support/logins.js";
import type { ApiWorld } from "../../http/support/api-world.js";
import { type SignedInPerson, signedIn } from "./signed-in.js";

/** Where the tests' webhooks lead. */
export const url = "https://app.example/kunji";

/** A tenant of its own with an operator and a connection, and what happens to its webhooks. */
export interface WebhookTenant {
  readonly tenant: string;
  readonly asha: SignedInPerson;
  readonly connection: string;
  /** A webhook; its id. */
  add(wish?: Partial<Parameters<typeof addWebhook>[2]>): Promise<string>;
  webhook(id: string): Promise<Webhook>;
  happen(count?: number): Promise<void>;
  /** The deliveries of a webhook, oldest first. */
  sent(id: string): Promise<readonly Delivery[]>;
  /** Writes down what its receiver answered to all that is due. */
  answer(status: number, dueAt?: number | null): Promise<void>;
  /** Sends a form of the operator's, whose fields may come more than once. */
  form(
    fields: readonly (readonly [string, string])[],
    path?: string,
    once?: string,
  ): ReturnType<ApiWorld["call"]>;
}

let tenants = 0;
let words = 0;
const newWord = () => String(words++).padStart(43, "x");

export async function newWebhookTenant(world: ApiWorld): Promise<WebhookTenant> {
  const tenant = `t${tenants++}`;
  await world.addTenant(tenant, ["zebu", "nuvama"]);
  const asha = await signedIn(world, tenant);
  const made = await newConnection(world, { tenant, broker: "zebu" }, { user: "meera & co" });
  const connection = made.connection.id;
  return {
    tenant,
    asha,
    connection,
    add: async (wish = {}) => (await addWebhook(world.ports, tenant, { url, ...wish }, null)).webhook.id,
    async webhook(id) {
      const found = await world.store.webhooks.get(tenant, id);
      if (!found) throw new Error("There is no such webhook.");
      return found;
    },
    async happen(count = 1) {
      for (let i = 0; i < count; i++)
        await world.store.transaction((parts) =>
          recordEvent(parts, world.ports, tenant, {
            type: "connection.login_failed",
            connection,
            data: { reason: "login_denied" },
          }),
        );
    },
    sent: (id) => world.store.webhooks.deliveries(tenant, id, 0, 100),
    async answer(status, dueAt = null) {
      const wish = { owner: "test", ms: 60_000, now: world.now(), limit: 100, notTo: [] };
      // Of a connection's events one at a time is on its way.
      for (;;) {
        const claimed = await world.store.dueWork.claimDeliveries(wish);
        if (claimed.length === 0) return;
        for (const { delivery } of claimed) {
          const deliveredAt = status < 300 ? world.now() : null;
          const { webhook: id, sequence } = delivery;
          await world.store.webhooks.settle(tenant, id, sequence, "test", { status, deliveredAt, dueAt });
        }
      }
    },
    form: (fields, path = "/webhooks", once = newWord()) =>
      world.call("POST", path, {
        body: new URLSearchParams([...fields.map((field) => [...field]), ["once", once]]).toString(),
        headers: {
          cookie: `kunji_operator=${asha.cookie}`,
          "content-type": "application/x-www-form-urlencoded",
          "sec-fetch-site": "same-origin",
          accept: "text/html",
        },
      }),
  };
}
