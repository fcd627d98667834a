import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { keyBytes } from "../../domain/keyring.js";

/** A key for another use than sealing, made from one of the vault's: HKDF with SHA-256. It tells nothing of its source. */
export function derivedKey(key: KeyObject, purpose: "link" | "tally"): KeyObject {
  const bytes = Buffer.from(hkdfSync("sha256", key, "", `kunji:${purpose}:v1`, keyBytes));
  return createSecretKey(bytes);
}
