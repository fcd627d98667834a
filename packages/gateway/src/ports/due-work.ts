import type { BrokerId } from "kunji";
import type { Pace } from "../domain/renewal-pace.js";
import type { Code } from "./codes.js";
import type { Connection, ConnectionSummary } from "./connections.js";
import type { LeaseWish } from "./lease.js";
import type { VendorSession } from "./vendor-sessions.js";
import type { DueDelivery } from "./webhooks.js";

/** How much due work is asked for, and under which lease. `now` is in ms since 1970, UTC. */
export interface DueWish extends LeaseWish {
  readonly now: number;
  readonly limit: number;
}

/** Which connections are asked for. */
export interface ConnectionWish extends DueWish {
  /** The brokers whose connections are asked for, one at least; all by default. */
  readonly at?: readonly BrokerId[] | undefined;
}

/** Which connections of one broker are asked for, and the pace that all gateways keep there together. */
export interface PacedWish extends DueWish {
  readonly broker: BrokerId;
  readonly pace: Pace;
}

/** What was claimed at a pace. */
export interface PacedClaim {
  readonly claimed: readonly Connection[];
  /** When there is room for more, in ms from now; `null` where there is some left. */
  readonly againMs: number | null;
}

/** Which deliveries are asked for. */
export interface DeliveryWish extends DueWish {
  /** Webhooks that have enough under way: nothing of theirs is claimed. */
  readonly notTo?: readonly { readonly tenant: string; readonly webhook: string }[] | undefined;
}

/** Which vendor sessions are asked for: those that end before a moment, in ms since 1970, UTC. */
export interface VendorWish extends LeaseWish {
  readonly endsBefore: number;
  readonly limit: number;
}

/** Work of all tenants, shared out among the gateways: what one has claimed no other gets while the lease lives. */
export interface DueWork {
  /** The connections that are due, longest due first, each under the wished lease; none of an ended tenant. */
  claimConnections(wish: ConnectionWish): Promise<readonly Connection[]>;
  /** As `claimConnections`, at one broker and at a pace, on the database's clock. */
  claimPaced(wish: PacedWish): Promise<PacedClaim>;
  /** The deliveries that are due. An event waits for the ones before it of the same connection and webhook. */
  claimDeliveries(wish: DeliveryWish): Promise<readonly DueDelivery[]>;
  /**
   * The vendor sessions that end before a moment, were not logged out, and whose app has a connection that is `pending`,
   * `active` or `unsure`: first to end first, each under the wished lease; none of an ended tenant.
   */
  claimVendorSessions(wish: VendorWish): Promise<readonly VendorSession[]>;
  /** Connections that are `pending` though no code that could confirm them lives any more. */
  pendingWithoutCode(now: number, limit: number): Promise<readonly ConnectionSummary[]>;
  /** Tenants whose oldest event, or oldest record of the audit, is from before a moment. */
  tenantsWithOld(what: "events" | "audit", before: number, limit: number): Promise<readonly string[]>;
  /** Tenants whose audit has grown since its head was asked for, before a moment. */
  tenantsToAnchor(before: number, limit: number): Promise<readonly string[]>;
  /** Connections that are not closed though their tenant has ended. */
  openOfEndedTenants(limit: number): Promise<readonly Pick<Connection, "tenant" | "id">[]>;
  /** Vendor sessions that are on file though their tenant has ended, once none of the app's connections is open. */
  vendorsOfEndedTenants(limit: number): Promise<readonly Pick<VendorSession, "tenant" | "app">[]>;
  /** Erases codes that have expired, first to expire first; answers them, for their sessions still live at the broker. */
  takeExpiredCodes(now: number, limit: number): Promise<readonly Code[]>;
  /** Erases attempts and idempotent requests that have expired; answers how many. */
  forgetExpired(now: number): Promise<number>;
  /** Forgets whose orders were counted a minute ago and longer, on the database's clock; answers how many that were. */
  forgetOrderTimes(limit: number): Promise<number>;
}
