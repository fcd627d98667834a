import type { Secret } from "kunji";

/** Hashes passwords so that guessing is slow, and compares them. */
export interface Passwords {
  /** argon2id, in its own text form. @throws Problem `rate_limited` while too many are at work */
  hash(password: Secret): Promise<string>;
  /** Takes about as long where there is no hash to compare with. @throws Problem `rate_limited` while too many are at work */
  verify(hash: string | undefined, password: Secret): Promise<boolean>;
}
