import { isoOf } from "../domain/iso-time.js";
import { newToken } from "../domain/random-text.js";
import { deliveryLife, nextTry } from "../domain/retry-schedule.js";
import { isKeyAbsent } from "../domain/vault-error.js";
import type { Ports } from "../ports/ports.js";
import type { WebhookOutcome, WebhookSender } from "../ports/webhook-sender.js";
import type { Delivery, DueDelivery } from "../ports/webhooks.js";
import { openLanes } from "./delivery-lanes.js";
import { recordEvent } from "./record-event.js";
import { webhookSlot } from "./webhooks.js";
import { atMost } from "./works-under-way.js";

type DeliveryPorts = Pick<Ports, "store" | "vault" | "signals" | "now" | "randomBytes">;

const leaseMs = 30_000;
/** What must be left of a lease for a message to be begun: more than the sender takes for one. */
const leaseLeftMs = 15_000;
/** Messages under way at once. */
const atOnce = 20;
/** How long it waits for one under way to end before it looks for other work, in ms. */
const lookAgainMs = 500;

/** What a receiver gets, in the Standard Webhooks' shape: the same at every try. */
export function messageBody({ event }: Pick<DueDelivery, "event">): string {
  const { type, connection, sequence, at } = event;
  const facts = JSON.parse(event.data) as Record<string, unknown>;
  return JSON.stringify({
    type,
    timestamp: isoOf(at),
    data: { ...facts, connection, sequence },
  });
}

async function send(
  { vault, signals }: DeliveryPorts,
  sender: WebhookSender,
  due: DueDelivery,
): Promise<WebhookOutcome> {
  const { tenant, id, url, sealedSecret } = due.webhook;
  const secret = (() => {
    try {
      return vault.open(webhookSlot(tenant, id), sealedSecret);
    } catch (error) {
      // Another gateway has the key, and sends it when this one's lease has run out.
      if (isKeyAbsent(error)) throw error;
      signals.warn("webhook_secret_unreadable", { tenant, webhook: id });
      return undefined;
    }
  })();
  if (!secret) return { status: null };
  const outcome = await sender.send({ url, id: due.event.id, body: messageBody(due), secret });
  if (outcome.refused) signals.warn("webhook_target_refused", { tenant, webhook: id });
  return outcome;
}

/** Gives a delivery up without a try. */
async function drop({ store }: DeliveryPorts, { delivery }: DueDelivery): Promise<void> {
  const { tenant, webhook, sequence, leaseOwner, lastStatus: status } = delivery;
  const outcome = { status, deliveredAt: null, dueAt: null };
  await store.webhooks.settle(tenant, webhook, sequence, leaseOwner ?? "", outcome);
}

/** Pauses a webhook that has taken nothing for a day, and tells the others. What it failed to get was wanted a day before at most. */
async function pauseFailing(ports: DeliveryPorts, { tenant, webhook }: Delivery, since: number) {
  const at = ports.now();
  await ports.store.transaction(async (parts) => {
    const paused = await parts.webhooks.pause(tenant, webhook, since - deliveryLife, at);
    if (!paused) return;
    const failing_since = isoOf(since);
    const data = { webhook, failing_since, from: paused.pausedFrom };
    await recordEvent(parts, ports, tenant, { type: "webhook.paused", data });
  });
}

async function deliver(ports: DeliveryPorts, sender: WebhookSender, due: DueDelivery): Promise<void> {
  const { store, signals, now, randomBytes } = ports;
  const { tenant, webhook, sequence, tries, leaseOwner, begunAt } = due.delivery;
  // It was written down while the webhook was being paused or ended.
  if (due.webhook.pausedAt !== null || due.webhook.endedAt !== null) return drop(ports, due);
  const { status, retryAfterS } = await send(ports, sender, due);
  const at = now();
  const since = begunAt ?? due.event.at;
  const taken = status !== null && status >= 200 && status < 300;
  const chance = (randomBytes(1)[0] ?? 0) / 256;
  const dueAt =
    taken || status === 410
      ? null
      : nextTry({ now: at, eventAt: since, triesBefore: tries, retryAfterS, chance });
  const outcome = { status, deliveredAt: taken ? at : null, dueAt };
  // False where the webhook has ended meanwhile, or the lease has and another gateway tells the outcome.
  if (!(await store.webhooks.settle(tenant, webhook, sequence, leaseOwner ?? "", outcome))) return;
  signals.delivered(taken ? "delivered" : dueAt === null ? "given_up" : "again");
  // A receiver that wants none of this event has not failed.
  if (status === 410) return;
  const noted = await store.webhooks.noteOutcome(tenant, webhook, { taken, since, at });
  const failingSince = noted?.pausedAt === null ? noted.failingSince : null;
  if (failingSince !== null && at >= failingSince + deliveryLife)
    await pauseFailing(ports, due.delivery, failingSince);
}

/**
 * Sends what is due, each message at least once: one that was sent and not written down is sent again under the same id.
 * It goes on while anything is due or under way.
 * @param stopping once it is aborted nothing more is begun, and what is under way is waited for
 * @returns how many it took on
 * @throws StoreProblem
 */
export async function deliverDue(
  ports: DeliveryPorts,
  sender: WebhookSender,
  stopping?: AbortSignal,
): Promise<number> {
  const { store, now, randomBytes } = ports;
  const faults: unknown[] = [];
  let takenOn = 0;

  const goesOn = () => faults.length === 0 && !stopping?.aborted;
  const leaseIsGood = async ({ delivery }: DueDelivery): Promise<boolean> =>
    (delivery.leaseUntil ?? 0) - (await store.clock()) >= leaseLeftMs;
  const lanes = openLanes(async (due, waited) => {
    try {
      // One that waited too long is left to the end of its lease, and is claimed again.
      if (!waited || (goesOn() && (await leaseIsGood(due)))) await deliver(ports, sender, due);
    } catch (fault) {
      faults.push(fault);
    }
  });

  for (;;) {
    // One that ends while more is claimed may let another be claimed: it is not waited for, and there is another round.
    const freed = lanes.freed();
    const before = lanes.underWay();
    const free = atOnce - lanes.underWay();
    if (free > 0 && goesOn()) {
      const owner = newToken(randomBytes).reveal();
      const wish = { owner, ms: leaseMs, now: now(), limit: free, notTo: lanes.full() };
      const claimed = await store.dueWork.claimDeliveries(wish).catch((fault: unknown) => {
        faults.push(fault);
        return [];
      });
      for (const due of claimed) lanes.add(due);
      takenOn += claimed.length;
    }
    if (before === 0 && lanes.underWay() === 0) break;
    await atMost(lookAgainMs, freed);
  }
  if (faults.length > 0) throw faults[0];
  return takenOn;
}
