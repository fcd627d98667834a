import type { Event } from "./events.js";
import type { Leased } from "./lease.js";
import type { Listed, Page } from "./page.js";

/** Where a tenant wants its events. Times are ms since 1970, UTC. */
export interface Webhook {
  readonly tenant: string;
  readonly id: string;
  readonly url: string;
  /** The secret that signs, encrypted. */
  readonly sealedSecret: Uint8Array;
  /** The types it wants; `null` for all. */
  readonly types: readonly string[] | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** One event on its way to one webhook. */
export interface Delivery extends Leased {
  readonly tenant: string;
  readonly webhook: string;
  readonly sequence: number;
  readonly connection: string | null;
  readonly tries: number;
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
  add(tenant: string, webhook: Omit<Webhook, "tenant" | "endedAt">): Promise<Webhook | undefined>;
  get(tenant: string, id: string): Promise<Webhook | undefined>;
  /** In the order of their ids. */
  list(tenant: string, page: Page): Promise<Listed<Webhook>>;
  /** Ends it and what is on its way. True where this call did. */
  end(tenant: string, id: string, at: number): Promise<boolean>;
  /** Its deliveries with a sequence after this one, oldest first. */
  deliveries(tenant: string, id: string, after: number, limit: number): Promise<readonly Delivery[]>;
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
