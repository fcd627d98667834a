import { Secret } from "kunji";
import type { Keyring } from "../../domain/keyring.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { splitSealed } from "../../domain/sealed-value.js";
import { VaultError } from "../../domain/vault-error.js";
import type { Vault } from "../../ports/vault.js";
import type { VaultRecords } from "../../ports/vault-records.js";
import { checkCanaries, plantCanaries } from "./canary.js";
import { derivedKey } from "./derived-key.js";
import { openWith, sealWith } from "./ring-seal.js";
import { createSealCounter, type SealMeasures } from "./seal-counter.js";

/** What a vault is made of. */
export interface VaultParts {
  readonly keyring: Keyring;
  readonly records: VaultRecords;
  readonly randomBytes: RandomBytes;
  readonly measures?: SealMeasures;
}

/** A vault that knows its keys, and not where they come from. */
export type AesVault = Omit<Vault, "followKeys">;

/**
 * A vault with these keys, once the canaries have shown that they are the right ones.
 * @throws KeyringError `key_wrong`, `key_absent`
 */
export async function createAesVault(parts: VaultParts): Promise<AesVault> {
  const { records, randomBytes } = parts;
  const counter = createSealCounter(records, parts.measures);
  const admit = async (ring: Keyring): Promise<Keyring> => {
    const known = await records.keys();
    checkCanaries(ring, known);
    await plantCanaries(ring, known, records, randomBytes);
    // Another gateway may have planted at the same moment, with other keys.
    checkCanaries(ring, await records.keys());
    return ring;
  };
  let ring = await admit(parts.keyring);
  return {
    async seal(slot, text) {
      if (/\p{Surrogate}/u.test(text.reveal())) throw new VaultError("text_unsealable");
      const current = ring;
      await counter.take(current.sealingKeyId);
      return sealWith(current, current.sealingKeyId, slot, text.reveal(), randomBytes);
    },
    open(slot, sealed) {
      const text = openWith(ring, slot, sealed);
      if (text === undefined) throw new VaultError("sealed_unreadable");
      return new Secret(text);
    },
    linkKey(keyId = ring.sealingKeyId) {
      const key = ring.keys.get(keyId);
      return key && { id: keyId, key: derivedKey(key, "link") };
    },
    isCurrent: (sealed) => splitSealed(sealed)?.keyId === ring.sealingKeyId,
    async changeKeys(keyring) {
      ring = await admit(keyring);
    },
  };
}
