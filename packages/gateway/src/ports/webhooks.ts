import type { WebhookFilter } from "../domain/webhook-filter.js";
import type { Event } from "./events.js";
import type { Leased } from "./lease.js";
import type { Listed, Newest, Page } from "./page.js";

export type { WebhookFilter } from "../domain/webhook-filter.js";

/** Where a tenant wants its events. Times are ms since 1970, UTC. */
export interface Webhook extends WebhookFilter {
  readonly tenant: string;
  readonly id: string;
  readonly url: string;
  /** The secret that signs, encrypted. */
  readonly sealedSecret: Uint8Array;
  /** Since when nothing has been taken; `null` where the last try was. */
  readonly failingSince: number | null;
  /** When something was taken last, to the minute. */
  readonly succeededAt: number | null;
  /** Nothing is sent to it from then on, until it is resumed. */
  readonly pausedAt: number | null;
  /** The first event that it did not get before its last pause: replay from there. It stays after the pause. */
  readonly pausedFrom: number | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** What a webhook is made of. A filter that is left out lets everything pass. */
export type NewWebhook = Pick<Webhook, "id" | "url" | "sealedSecret" | "createdAt"> & Partial<WebhookFilter>;

/** One event on its way to one webhook. */
export interface Delivery extends Leased {
  readonly tenant: string;
  readonly webhook: string;
  readonly sequence: number;
  readonly connection: string | null;
  readonly tries: number;
  /** When it was wanted, by its event or a replay: it is tried for a day from then on. `null` for its event's time. */
  readonly begunAt: number | null;
  /** When to try next; `null` once it was delivered or given up. */
  readonly dueAt: number | null;
  readonly deliveredAt: number | null;
  /** The HTTP status of the last answer; `null` where none came. */
  readonly lastStatus: number | null;
}

/** A delivery with all that sending it needs. */
export interface DueDelivery {
  readonly delivery: Delivery;
  readonly event: Event;
  readonly webhook: Webhook;
}

export interface Webhooks {
  /** `undefined` where the id is taken. */
  add(tenant: string, webhook: NewWebhook): Promise<Webhook | undefined>;
  /** How many have not ended. In a transaction it stays so until its end: ask before adding one. */
  countLive(tenant: string): Promise<number>;
  /** Changes one that has not ended; `undefined` where there is none. */
  change(
    tenant: string,
    id: string,
    change: Partial<Pick<Webhook, "url"> & WebhookFilter>,
  ): Promise<Webhook | undefined>;
  get(tenant: string, id: string): Promise<Webhook | undefined>;
  /** In the order of their ids. */
  list(tenant: string, page: Page): Promise<Listed<Webhook>>;
  /** Ends it and what is on its way. True where this call did. */
  end(tenant: string, id: string, at: number): Promise<boolean>;
  /**
   * Notes what became of a try: that something was taken, or that nothing has been since then (or since the last success,
   * which may be later). The webhook as it is afterwards; `undefined` for one that has ended.
   */
  noteOutcome(
    tenant: string,
    id: string,
    outcome: { readonly taken: boolean; readonly since: number; readonly at: number },
  ): Promise<Webhook | undefined>;
  /**
   * Pauses it and gives up what is on its way; `pausedFrom` is the first event that it was to get since a moment and did not. It as
   * it is then; `undefined` where it was paused, or has ended.
   */
  pause(tenant: string, id: string, since: number, at: number): Promise<Webhook | undefined>;
  /** Lets events come again. True where this call did. */
  resume(tenant: string, id: string): Promise<boolean>;
  /**
   * Has those events sent to it from now on, those too that were delivered or given up; what is on its way stays as it is.
   * Answers how many.
   */
  replay(tenant: string, id: string, events: readonly Event[], at: number): Promise<number>;
  /** Those of these events that its filters let through. */
  wanted(tenant: string, webhook: Webhook, events: readonly Event[]): Promise<readonly Event[]>;
  /** Its deliveries with a sequence after this one, oldest first. */
  deliveries(tenant: string, id: string, after: number, limit: number): Promise<readonly Delivery[]>;
  /** Its newest deliveries, each with the type of its event. */
  newestDeliveries(
    tenant: string,
    id: string,
    part: Newest,
  ): Promise<readonly (Delivery & { readonly type: string })[]>;
  /** Writes a try's outcome and frees the lease. False where the lease is no longer this owner's. */
  settle(
    tenant: string,
    id: string,
    sequence: number,
    owner: string,
    outcome: {
      readonly status: number | null;
      readonly deliveredAt: number | null;
      readonly dueAt: number | null;
    },
  ): Promise<boolean>;
}
