import { Secret } from "kunji";
import { Problem } from "../domain/problem.js";
import type { Slot } from "../domain/slot.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import type { Webhook } from "../ports/webhooks.js";
import { readFilters, readUrl, type WebhookFilters } from "./webhook-input.js";

/** How many webhooks a tenant may have that have not ended. */
export const webhooksPerTenant = 50;

/** Where a webhook's secret is sealed. */
export const webhookSlot = (tenant: string, webhook: string): Slot => ({
  tenant,
  kind: "webhook",
  id: webhook,
  field: "secret",
});

/** What a tenant asks for. */
export interface WebhookWish extends WebhookFilters {
  /** Absolute, http or https, without user info and fragment. */
  readonly url: string;
}

/**
 * Makes a webhook, which gets every event that passes its filters from then on. The secret is shown this once.
 * @param key the API key's id
 * @throws Problem `request_invalid` that names the field, `webhooks_too_many`
 */
export async function addWebhook(
  {
    store,
    vault,
    brokers,
    randomBytes,
    now,
  }: Pick<Ports, "store" | "vault" | "brokers" | "randomBytes" | "now">,
  tenant: string,
  wish: WebhookWish,
  key: string | null,
): Promise<{ webhook: Webhook; secret: Secret }> {
  const url = readUrl(wish.url);
  const filters = readFilters(brokers, wish);
  const id = `whk_${Buffer.from(randomBytes(16)).toString("hex")}`;
  const secret = new Secret(`whsec_${Buffer.from(randomBytes(32)).toString("base64")}`);
  const sealedSecret = await vault.seal(webhookSlot(tenant, id), secret);
  const at = now();
  const webhook = await store.transaction(async (parts) => {
    if ((await parts.webhooks.countLive(tenant)) >= webhooksPerTenant) throw new Problem("webhooks_too_many");
    const added = await parts.webhooks.add(tenant, { id, url, ...filters, sealedSecret, createdAt: at });
    if (added) await parts.audit.append(tenant, { at, key, action: "webhook.add", kind: "webhook", id });
    return added;
  });
  if (!webhook) throw new Problem("id_taken");
  return { webhook, secret };
}

/** A webhook that has not ended, as it stays until the transaction's end. @throws Problem `not_found`, `webhook_ended` */
export async function heldWebhook({ webhooks }: StoreParts, tenant: string, id: string): Promise<Webhook> {
  const held = await webhooks.change(tenant, id, {});
  if (held) return held;
  throw new Problem((await webhooks.get(tenant, id)) ? "webhook_ended" : "not_found");
}

/**
 * Changes what is given of a webhook. Events that happen from then on go by it, and what is on its way goes to the new URL.
 * @param key the API key's id
 * @throws Problem `request_invalid` that names the field, `not_found`, `webhook_ended`
 */
export async function changeWebhook(
  { store, brokers, now }: Pick<Ports, "store" | "brokers" | "now">,
  tenant: string,
  id: string,
  wish: WebhookFilters & { readonly url?: string | undefined },
  key: string | null,
): Promise<Webhook> {
  const change = {
    ...(wish.url !== undefined && { url: readUrl(wish.url) }),
    ...readFilters(brokers, wish),
  };
  return store.transaction(async (parts) => {
    await heldWebhook(parts, tenant, id);
    const changed = await parts.webhooks.change(tenant, id, change);
    if (!changed) throw new Problem("not_found");
    const facts = { fields: Object.keys(change).sort().join(" ") };
    await parts.audit.append(tenant, {
      at: now(),
      key,
      action: "webhook.change",
      kind: "webhook",
      id,
      facts,
    });
    return changed;
  });
}

/**
 * Lets events go to a paused webhook again. One that is not paused stays as it is.
 * @param key the API key's id
 * @throws Problem `not_found`, `webhook_ended`
 */
export async function resumeWebhook(
  { store, now }: Pick<Ports, "store" | "now">,
  tenant: string,
  id: string,
  key: string | null,
): Promise<Webhook> {
  return store.transaction(async (parts) => {
    await heldWebhook(parts, tenant, id);
    const resumed = await parts.webhooks.resume(tenant, id);
    const webhook = await heldWebhook(parts, tenant, id);
    if (resumed)
      await parts.audit.append(tenant, { at: now(), key, action: "webhook.resume", kind: "webhook", id });
    return webhook;
  });
}

/**
 * Ends a webhook and what is on its way to it. One that has ended stays as it is.
 * @param key the API key's id
 * @throws Problem `not_found`
 */
export function endWebhook(
  { store, now }: Pick<Ports, "store" | "now">,
  tenant: string,
  id: string,
  key: string | null,
): Promise<void> {
  return store.transaction(async (parts) => {
    const at = now();
    if (await parts.webhooks.end(tenant, id, at))
      await parts.audit.append(tenant, { at, key, action: "webhook.end", kind: "webhook", id });
    else if (!(await parts.webhooks.get(tenant, id))) throw new Problem("not_found");
  });
}
