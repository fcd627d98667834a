import type { Connection } from "./connections.js";
import type { LeaseWish } from "./lease.js";
import type { DueDelivery } from "./webhooks.js";

/** How much due work is asked for, and under which lease. `now` is in ms since 1970, UTC. */
export interface DueWish extends LeaseWish {
  readonly now: number;
  readonly limit: number;
}

/** Work of all tenants, shared out among the gateways: what one has claimed no other gets while the lease lives. */
export interface DueWork {
  /** The connections that are due, longest due first, each under the wished lease. */
  claimConnections(wish: DueWish): Promise<readonly Connection[]>;
  /** The deliveries that are due. An event waits for the ones before it of the same connection and webhook. */
  claimDeliveries(wish: DueWish): Promise<readonly DueDelivery[]>;
  /** Erases attempts, codes and links that have expired; answers how many. */
  forgetExpired(now: number): Promise<number>;
}
