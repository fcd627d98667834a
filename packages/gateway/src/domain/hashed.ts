import { hash } from "node:crypto";
import type { Secret } from "kunji";

/** What is kept as a hash only. A text of one kind never has the hash of another kind. */
export type HashedKind =
  | "api_key"
  | "attempt"
  | "browser"
  | "code"
  | "confirmation"
  | "idempotency"
  | "operator_session";

const hashedText = (kind: HashedKind, text: Secret): string => `kunji:${kind}:v1\0${text.reveal()}`;

/**
 * SHA-256 of a text that is looked up but never read back; 32 bytes. It is fast and without salt, which is right for
 * texts of chance with 128 bits or more, and wrong for passwords.
 */
export function hashOf(kind: HashedKind, text: Secret): Uint8Array {
  return hash("sha256", hashedText(kind, text), "buffer");
}

/** The same in hexadecimal digits. */
export const hexHashOf = (kind: HashedKind, text: Secret): string =>
  hash("sha256", hashedText(kind, text), "hex");
