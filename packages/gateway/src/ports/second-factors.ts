import type { Secret } from "kunji";

/** Codes of authenticator apps (TOTP, RFC 6238): six digits, a new one every 30 s. */
export interface SecondFactors {
  /** A new secret in base32, as an authenticator app takes it. */
  newSecret(): Secret;
  /** Whether a text can be such a secret. */
  isSecret(text: string): boolean;
  /** The address that is shown as a QR code. */
  address(secret: Secret, account: string): Secret;
  /** The step whose code this is: the one at the moment, or one beside it. `undefined` for a wrong code. `at`: ms since 1970, UTC */
  stepOf(secret: Secret, code: Secret, at: number): number | undefined;
}
