/** How tries that fail are slowed down. */
export interface TryLimit {
  /** So many tries wait for nothing. */
  readonly free: number;
  /** The longest that one waits after another, in ms; each wait before is half as long as the next. */
  readonly longestMs: number;
  /** Tries are forgotten when none has come for so long, in ms. */
  readonly forgottenMs: number;
}

/** Counts tries to sign in, for all gateways together. Keys tell nothing of who tries. */
export interface SignInTries {
  /** Counts a try; `undefined` where it may be made, else ms until the next one may. It counts before the try is judged. */
  begin(key: string, now: number, limit: TryLimit): Promise<number | undefined>;
  /** One has succeeded. */
  forget(key: string): Promise<void>;
}
