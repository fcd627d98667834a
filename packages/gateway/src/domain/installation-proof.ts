import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** What a challenge must be: chance of at least 96 bits, as URL-safe text. */
export const challengePattern = /^[A-Za-z0-9_-]{16,64}$/;

const macOf = (key: KeyObject, challenge: string, canary: Uint8Array): Buffer =>
  createHmac("sha256", key).update(`kunji:installation:v1\0${challenge}\0`).update(canary).digest();

/**
 * Shows whoever holds the same keys that this is an installation on the same database, and tells nobody else anything: no signed
 * link begins like what is signed here.
 * @param signer the vault's key for links @param canary of the same key: each database has its own
 */
export const installationProof = (
  signer: { readonly id: string; readonly key: KeyObject },
  challenge: string,
  canary: Uint8Array,
): string => `${signer.id}.${macOf(signer.key, challenge, canary).toString("base64url")}`;

/** Whether a proof was made with one of these keys, and on this database. @param keyOf a key and its canary, by its id */
export function provesInstallation(
  proof: string,
  challenge: string,
  keyOf: (id: string) => { readonly key: KeyObject; readonly canary: Uint8Array } | undefined,
): boolean {
  const id = proof.slice(0, proof.indexOf("."));
  const known = keyOf(id);
  if (!known) return false;
  const expected = Buffer.from(installationProof({ id, key: known.key }, challenge, known.canary));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
