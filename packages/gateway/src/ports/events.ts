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
   */
  append(tenant: string, event: Omit<Event, "tenant" | "sequence">): Promise<Event | undefined>;
  /** Those after a sequence, oldest first. */
  list(tenant: string, after: number, limit: number): Promise<readonly Event[]>;
}
