import type { BrokerId } from "kunji";

/** One login in flight. Times are ms since 1970, UTC. */
export interface Attempt {
  readonly tenant: string;
  /** Its id's hash. */
  readonly hash: string;
  /** The hash of the cookie of the browser that began it. */
  readonly browserHash: string;
  readonly app: string;
  readonly broker: BrokerId;
  readonly handle: string;
  readonly connection: string;
  readonly returnUrl: string;
  /** What the broker's client must remember until the callback, encrypted. */
  readonly sealedAttempt: Uint8Array;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type NewAttempt = Omit<Attempt, "tenant" | "broker" | "handle">;

/** What a callback must bring for an attempt to be its own. */
export interface Claim {
  readonly handle: string;
  readonly broker: BrokerId;
  readonly browserHash: string;
  /** Where the broker returns it. */
  readonly hash?: string | undefined;
  readonly now: number;
}

export interface Attempts {
  /**
   * Opens an attempt, which takes the place of the one that this browser has open at this app.
   * `undefined` where the tenant has no such app, or no such connection at it, or the connection is closed.
   */
  open(tenant: string, attempt: NewAttempt): Promise<Attempt | undefined>;
  /** Consumes it: of any number of callers one gets it. What doesn't match consumes nothing. */
  take(tenant: string, claim: Claim): Promise<Attempt | undefined>;
}
