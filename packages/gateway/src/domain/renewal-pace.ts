/** How renewals of one connection keep apart, in ms. */
export interface RenewalPace {
  /** How long a lease on a connection lasts: three times a call at least. */
  readonly leaseMs: number;
  /** How long one call to a broker may take. */
  readonly callMs: number;
}

/**
 * A lease that a dead gateway leaves behind keeps a connection waiting: it is short enough that its two calls to the broker, a
 * probe and a renewal, fit into the minute after the death.
 */
export const usualPace: RenewalPace = { leaseMs: 30_000, callMs: 10_000 };
