import type { Newest } from "./page.js";

/** Something that happened, kept for readers and webhooks. */
export interface Event {
  readonly tenant: string;
  /** Counts up without gaps within the tenant, in the order in which the changes were committed. */
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly connection: string | null;
  /** JSON, without any secret */
  readonly data: string;
  /** ms since 1970, UTC */
  readonly at: number;
}

export interface Events {
  /**
   * Writes an event, and a delivery for each webhook that wants it. Call it last in the transaction of its change:
   * it holds the tenant's counter until that ends. `undefined` where there is no such tenant.
   * @param only the one webhook that gets it, whatever its filters
   */
  append(
    tenant: string,
    event: Omit<Event, "tenant" | "sequence">,
    only?: string | undefined,
  ): Promise<Event | undefined>;
  /** Those after a sequence, oldest first. */
  list(tenant: string, after: number, limit: number): Promise<readonly Event[]>;
  /** The newest, of one connection alone where it is named. */
  newest(
    tenant: string,
    part: Newest & { readonly connection?: string | undefined },
  ): Promise<readonly Event[]>;
  /**
   * Erases the oldest events that happened before a moment, so many at most, and their deliveries; one that is on its way
   * stays, with those after it. Answers how many.
   */
  erase(tenant: string, before: number, limit: number): Promise<number>;
}
