/** How renewals of one connection keep apart, and those of all connections at one broker. Times in ms. */
export interface RenewalPace {
  /** How long a lease on a connection lasts: three times a call at least. */
  readonly leaseMs: number;
  /** How long one call to a broker may take. */
  readonly callMs: number;
  /** How many connections of a broker that renews may be taken on in a second, by all gateways together; `null` for any number. */
  readonly perSecond?: number | null;
}

/**
 * A lease that a dead gateway leaves behind keeps a connection waiting: it is short enough that its two calls to the broker, a
 * probe and a renewal, fit into the minute after the death.
 */
export const usualPace: RenewalPace = { leaseMs: 30_000, callMs: 10_000 };

/** So many at most within any so many ms. */
export interface Pace {
  readonly most: number;
  readonly spanMs: number;
}

/** By how much a span is longer than it need be: what some of the calls lose on their way brings no more into any second. */
const slack = 1.1;

/** A second's number in small parts, so that calls come evenly and not all at once at its beginning. */
export function paceOf(perSecond: number): Pace {
  const most = Math.ceil(perSecond / 10);
  return { most, spanMs: Math.ceil((most / perSecond) * 1_000 * slack) };
}
