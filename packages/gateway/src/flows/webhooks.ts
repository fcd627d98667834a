import { Secret } from "kunji";
import { type EventType, eventTypes } from "kunji/gateway";
import { Problem } from "../domain/problem.js";
import type { Slot } from "../domain/slot.js";
import type { Ports } from "../ports/ports.js";
import type { Webhook } from "../ports/webhooks.js";

/** Where a webhook's secret is sealed. */
export const webhookSlot = (tenant: string, webhook: string): Slot => ({
  tenant,
  kind: "webhook",
  id: webhook,
  field: "secret",
});

/** What a tenant asks for. */
export interface WebhookWish {
  /** Absolute, http or https, without user info and fragment. */
  readonly url: string;
  /** All of them where left out. */
  readonly types?: readonly EventType[] | undefined;
}

const longestUrl = 2_000;

function readUrl(text: string): string {
  const url = URL.parse(text);
  const usable =
    url !== null &&
    text.length <= longestUrl &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    !text.includes("#");
  if (usable) return url.href;
  throw new Problem("request_invalid", {
    field: "url",
    detail: `A webhook's URL is absolute, begins with https:// or http://, names no user and no fragment, and has at most ${longestUrl} characters.`,
  });
}

function readTypes(types: readonly EventType[] | undefined): readonly EventType[] | null {
  if (types === undefined) return null;
  const known: readonly string[] = eventTypes;
  if (types.length > 0 && types.every((type) => known.includes(type))) return [...new Set(types)];
  throw new Problem("request_invalid", {
    field: "types",
    detail: "Name one event type or more, each by its name; leave `types` out for all of them.",
  });
}

/**
 * Makes a webhook, which gets every event from then on. The secret is shown this once.
 * @param key the API key's id
 * @throws Problem `request_invalid` that names the field
 */
export async function addWebhook(
  { store, vault, randomBytes, now }: Pick<Ports, "store" | "vault" | "randomBytes" | "now">,
  tenant: string,
  wish: WebhookWish,
  key: string | null,
): Promise<{ webhook: Webhook; secret: Secret }> {
  const url = readUrl(wish.url);
  const types = readTypes(wish.types);
  const id = `whk_${Buffer.from(randomBytes(16)).toString("hex")}`;
  const secret = new Secret(`whsec_${Buffer.from(randomBytes(32)).toString("base64")}`);
  const sealedSecret = await vault.seal(webhookSlot(tenant, id), secret);
  const at = now();
  const webhook = await store.transaction(async (parts) => {
    const added = await parts.webhooks.add(tenant, { id, url, types, sealedSecret, createdAt: at });
    if (added) await parts.audit.append(tenant, { at, key, action: "webhook.add", kind: "webhook", id });
    return added;
  });
  if (!webhook) throw new Problem("id_taken");
  return { webhook, secret };
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
