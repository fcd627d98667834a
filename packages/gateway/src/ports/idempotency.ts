/** A request that carries an idempotency key, and what was answered. Times are ms since 1970, UTC. */
export interface IdempotentRequest {
  readonly tenant: string;
  /** Of the API key, the route and the caller's key. */
  readonly hash: string;
  /** Of the request's body: another body under the same key is refused. */
  readonly bodyHash: string;
  /** `null` while the first request is at work. */
  readonly status: number | null;
  /** The answer's body, encrypted; `null` while the first request is at work. */
  readonly sealedAnswer: Uint8Array | null;
  readonly expiresAt: number;
}

/** Requests that must take effect once. */
export interface Idempotency {
  /**
   * Begins one: `undefined` where this call is the first, else what is on file. What has expired counts for nothing.
   * `expiresAt` of a begun request is short, so that one whose gateway died can be sent again.
   */
  begin(
    tenant: string,
    request: Omit<IdempotentRequest, "tenant" | "status" | "sealedAnswer"> & { readonly now: number },
  ): Promise<IdempotentRequest | undefined>;
  /** Keeps the answer for as long as `expiresAt` says; one that is kept already stays. */
  finish(
    tenant: string,
    hash: string,
    answer: { readonly status: number; readonly sealedAnswer: Uint8Array; readonly expiresAt: number },
  ): Promise<void>;
  /** Forgets one that has failed, so that it can be sent again; one that has its answer stays. */
  forget(tenant: string, hash: string): Promise<void>;
}
