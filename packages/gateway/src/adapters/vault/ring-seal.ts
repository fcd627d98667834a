import type { Keyring } from "../../domain/keyring.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { joinSealed, nonceBytes, sealedFormat, splitSealed } from "../../domain/sealed-value.js";
import { associatedData, type Slot } from "../../domain/slot.js";
import { decrypt, encrypt } from "./aes-gcm.js";

/** Seals with one key of the ring. It counts nothing: what is not a canary goes through the vault. */
export function sealWith(ring: Keyring, keyId: string, slot: Slot, text: string, randomBytes: RandomBytes) {
  const key = ring.keys.get(keyId);
  const nonce = randomBytes(nonceBytes);
  if (!key || nonce.length !== nonceBytes)
    throw new TypeError("A seal needs a key of the ring and 12 bytes.");
  const body = encrypt(key, nonce, associatedData(sealedFormat, keyId, slot), text);
  return joinSealed({ keyId, nonce, body });
}

/** Opens with whichever key of the ring sealed it; `undefined` where none did, or not for this slot. */
export function openWith(ring: Keyring, slot: Slot, sealed: Uint8Array): string | undefined {
  const parts = splitSealed(sealed);
  const key = parts && ring.keys.get(parts.keyId);
  if (!key) return undefined;
  return decrypt(key, parts.nonce, associatedData(sealedFormat, parts.keyId, slot), parts.body);
}
