import type { Secret } from "kunji";
import { addWebhook, webhookSlot } from "../flows/webhooks.js";
import type { Ports } from "../ports/ports.js";

/** The secret of the demo's own webhook, which is made at the first start. */
export async function demoWebhookSecret(ports: Ports, tenant: string): Promise<Secret> {
  const url = `${ports.publicUrl}/demo/webhook`;
  const { items } = await ports.store.webhooks.list(tenant, { limit: 1_000 });
  const known = items.find((webhook) => webhook.url === url && webhook.endedAt === null);
  if (known) return ports.vault.open(webhookSlot(tenant, known.id), known.sealedSecret);
  return (await addWebhook(ports, tenant, { url }, null)).secret;
}
