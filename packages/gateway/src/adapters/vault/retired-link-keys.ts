import { createSecretKey, type KeyObject } from "node:crypto";
import type { Keyring } from "../../domain/keyring.js";
import { sealedPlaces, slotAt } from "../../domain/sealed-places.js";
import type { RetiredKey } from "../../ports/vault-records.js";
import { openWith } from "./ring-seal.js";

/** Where the link key of a key that was taken out is sealed, as text in base64. */
export const linkKeySlot = (keyId: string) => slotAt(sealedPlaces.linkKey, "", keyId);

/** The link keys of keys that were taken out: links that were signed with them work on until they end. */
export function retiredLinkKeys(
  ring: Keyring,
  retired: readonly RetiredKey[],
): ReadonlyMap<string, KeyObject> {
  const found = new Map<string, KeyObject>();
  for (const { keyId, sealedLinkKey } of retired) {
    const text = sealedLinkKey && openWith(ring, linkKeySlot(keyId), sealedLinkKey);
    if (text) found.set(keyId, createSecretKey(Buffer.from(text, "base64")));
  }
  return found;
}
