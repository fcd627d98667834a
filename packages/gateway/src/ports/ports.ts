import type { RandomBytes } from "../domain/random-text.js";
import type { Brokers } from "./brokers.js";
import type { Markets } from "./markets.js";
import type { Signals } from "./signals.js";
import type { Store } from "./store.js";
import type { Vault } from "./vault.js";

/** When the gateway looks ahead. */
export interface Foresight {
  /** How long before its end a session's user is told, in ms; 30 minutes by default. */
  readonly endsSoonMs: number;
  /** `HH:mm` on the market's clock: when users of sessions that won't see the next open are told; `18:00` by default. */
  readonly evening: string;
}

/** Everything that a flow reaches the world with. */
export interface Ports {
  readonly store: Store;
  readonly vault: Vault;
  readonly brokers: Brokers;
  readonly markets: Markets;
  readonly signals: Signals;
  /** ms since 1970, UTC */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  /** Where browsers and brokers reach the gateway: an origin, without a slash at its end. */
  readonly publicUrl: string;
  readonly foresight: Foresight;
}
