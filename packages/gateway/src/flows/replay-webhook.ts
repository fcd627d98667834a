import { Problem } from "../domain/problem.js";
import type { Event } from "../ports/events.js";
import type { Ports } from "../ports/ports.js";
import type { Delivery, Webhook } from "../ports/webhooks.js";
import { recordEvent } from "./record-event.js";
import { heldWebhook } from "./webhooks.js";

/** How many events one call looks at. */
const batch = 1_000;

/** Which events are to be sent again: one, or those from one to another, the latest by default. */
export type ReplayWish =
  | { readonly sequence: number }
  | { readonly from: number; readonly to?: number | undefined };

export interface Replayed {
  /** How many are on their way now by this call. */
  readonly replayed: number;
  /** Where to go on in the range; `null` where it is done. */
  readonly next: number | null;
}

const demandRunning = ({ pausedAt }: Webhook): void => {
  if (pausedAt !== null) throw new Problem("webhook_paused");
};

/** A test is for its own webhook alone. */
const isForeignTest = ({ type, data }: Event, webhook: string): boolean =>
  type === "webhook.test" && (JSON.parse(data) as { webhook?: unknown }).webhook !== webhook;

/**
 * Sends events to a webhook again, under their old ids: of a range those that its filters let through, a single one whatever
 * they say. What is on its way stays as it is. A thousand events are looked at, the oldest of the range.
 * @param key the API key's id
 * @throws Problem `not_found`, also for a single event that is not kept; `webhook_ended`, `webhook_paused`, `request_invalid`
 */
export async function replayWebhook(
  { store, now }: Pick<Ports, "store" | "now">,
  tenant: string,
  id: string,
  wish: ReplayWish,
  key: string | null,
): Promise<Replayed> {
  const single = "sequence" in wish;
  const { from, to = Number.MAX_SAFE_INTEGER } = single ? { from: wish.sequence, to: wish.sequence } : wish;
  if (to < from)
    throw new Problem("request_invalid", { field: "to", detail: "`to` is no less than `from`." });
  return store.transaction(async (parts) => {
    const webhook = await heldWebhook(parts, tenant, id);
    demandRunning(webhook);
    const limit = single ? 1 : batch;
    const listed = await parts.events.list(tenant, from - 1, limit);
    const found = listed.filter((event) => event.sequence <= to && !isForeignTest(event, id));
    if (single && found.length === 0)
      throw new Problem("not_found", { field: "sequence", detail: "There is no event with this sequence." });
    const wanted = single ? found : await parts.webhooks.wanted(tenant, webhook, found);
    const last = listed.at(-1)?.sequence ?? to;
    const next = listed.length === limit && last < to ? last + 1 : null;
    const facts = { from, to: Math.min(to, last) };
    const at = now();
    // Before the deliveries are touched: whoever erases old ones holds the tenant's row first, too.
    await parts.audit.append(tenant, { at, key, action: "webhook.replay", kind: "webhook", id, facts });
    return { replayed: await parts.webhooks.replay(tenant, id, wanted, at), next };
  });
}

/**
 * Sends a webhook an event of its own, `webhook.test`, whatever its filters say. Answers its delivery.
 * @param key the API key's id
 * @throws Problem `not_found`, `webhook_ended`, `webhook_paused`
 */
export async function testWebhook(
  ports: Pick<Ports, "store" | "now" | "randomBytes">,
  tenant: string,
  id: string,
  key: string | null,
): Promise<Delivery> {
  return ports.store.transaction(async (parts) => {
    demandRunning(await heldWebhook(parts, tenant, id));
    const event = await recordEvent(parts, ports, tenant, {
      type: "webhook.test",
      data: { webhook: id },
      key,
      only: id,
    });
    const [delivery] = await parts.webhooks.deliveries(tenant, id, (event?.sequence ?? 0) - 1, 1);
    if (!delivery) throw new Problem("not_found");
    return delivery;
  });
}
