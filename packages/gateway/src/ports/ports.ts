import type { RandomBytes } from "../domain/random-text.js";
import type { RenewalPace } from "../domain/renewal-pace.js";
import type { Foresight } from "../domain/schedule.js";
import type { Brokers } from "./brokers.js";
import type { Egress } from "./egress.js";
import type { Markets } from "./markets.js";
import type { Signals } from "./signals.js";
import type { Store } from "./store.js";
import type { Vault } from "./vault.js";

/** Everything that a flow reaches the world with. */
export interface Ports {
  readonly store: Store;
  readonly vault: Vault;
  readonly brokers: Brokers;
  readonly egress: Egress;
  readonly markets: Markets;
  readonly signals: Signals;
  /** ms since 1970, UTC */
  readonly now: () => number;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  readonly randomBytes: RandomBytes;
  /** Where browsers and brokers reach the gateway: an origin, without a slash at its end. */
  readonly publicUrl: string;
  readonly foresight: Foresight;
  readonly renewals: RenewalPace;
  /** How many orders a connection may send in any 1,000 ms where its app says nothing; `null` for any number. */
  readonly ordersPerSecond: number | null;
}
