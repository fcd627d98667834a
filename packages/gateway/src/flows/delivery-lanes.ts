import type { DueDelivery } from "../ports/webhooks.js";
import { createWorksUnderWay } from "./works-under-way.js";

/** How many messages may be on their way to one webhook. */
const atOncePerWebhook = 4;

interface Lane {
  readonly tenant: string;
  readonly webhook: string;
  underWay: number;
  readonly waiting: DueDelivery[];
}

/** Keeps what one webhook has under way apart from the others', so that a slow receiver holds up nobody but itself. */
export interface DeliveryLanes {
  /** Sends it at once, or as soon as its webhook has fewer than four under way. */
  add(due: DueDelivery): void;
  /** How many are being sent. */
  underWay(): number;
  /** The webhooks that take no more for now. */
  full(): readonly { readonly tenant: string; readonly webhook: string }[];
  /** Resolves when the next one has been sent: the same promise for all who ask before. */
  freed(): Promise<void>;
}

/** @param send does not reject */
export function openLanes(send: (due: DueDelivery, waited: boolean) => Promise<void>): DeliveryLanes {
  const lanes = new Map<string, Lane>();
  const works = createWorksUnderWay();

  function start(key: string, lane: Lane, due: DueDelivery, waited: boolean): void {
    lane.underWay += 1;
    const work = send(due, waited).then(() => {
      lane.underWay -= 1;
      const next = lane.waiting.shift();
      if (next) start(key, lane, next, true);
      else if (lane.underWay === 0) lanes.delete(key);
    });
    works.add(work);
  }

  return {
    add(due) {
      const { tenant, webhook } = due.delivery;
      const key = JSON.stringify([tenant, webhook]);
      const lane = lanes.get(key) ?? { tenant, webhook, underWay: 0, waiting: [] };
      lanes.set(key, lane);
      if (lane.underWay < atOncePerWebhook) start(key, lane, due, false);
      else lane.waiting.push(due);
    },
    underWay: works.count,
    full: () => [...lanes.values()].filter(({ underWay }) => underWay >= atOncePerWebhook),
    freed: works.freed,
  };
}
