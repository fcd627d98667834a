/** One order that is about to go out, and what it is counted against: orders in any 1,000 ms, `null` for any number. */
export interface OrderWish {
  readonly app: string;
  readonly connection: string;
  readonly perConnection: number | null;
  readonly perApp: number | null;
}

/** Orders that have gone out of late, counted for all gateways together on the database's clock. */
export interface OrderBudgets {
  /**
   * Counts one order, for its connection and its app, or for neither. Answers whose budget has no room for it; then nothing was
   * counted.
   */
  take(tenant: string, wish: OrderWish): Promise<"connection" | "app" | undefined>;
}
