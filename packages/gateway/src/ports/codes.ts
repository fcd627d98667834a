/** A one-time code that the tenant's server redeems, with the session that waits for it. Times are ms since 1970, UTC. */
export interface Code {
  readonly tenant: string;
  readonly hash: string;
  readonly connection: string;
  /** The connection's generation when the login began: the session may only follow this one. */
  readonly generation: number;
  readonly account: string;
  /** The session that waits, encrypted. */
  readonly sealedSession: Uint8Array;
  readonly sessionKey: string | null;
  readonly startedAt: number;
  readonly usedAt: number;
  readonly endsAt: number | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Which code is asked for. `now` is in ms since 1970, UTC. */
export interface CodeClaim {
  readonly connection: string;
  readonly hash: string;
  readonly now: number;
}

export interface Codes {
  /** `undefined` where the tenant has no such connection, or it is closed. */
  add(tenant: string, code: Omit<Code, "tenant">): Promise<Code | undefined>;
  /** Reads it and leaves it there: what `take` would answer. */
  find(tenant: string, claim: CodeClaim): Promise<Code | undefined>;
  /** Consumes it: of any number of callers one gets it. Another connection's code consumes nothing. */
  take(tenant: string, claim: CodeClaim): Promise<Code | undefined>;
  /** Erases the codes of an app's connections, and the sessions that wait for them. True where there were any. */
  forgetOfApp(tenant: string, app: string): Promise<boolean>;
}
