import type { KeyObject } from "node:crypto";
import { Secret } from "kunji";
import type { Keyring } from "../../domain/keyring.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { splitSealed } from "../../domain/sealed-value.js";
import { VaultError } from "../../domain/vault-error.js";
import type { Vault } from "../../ports/vault.js";
import type { VaultRecords } from "../../ports/vault-records.js";
import { checkCanaries, plantCanaries } from "./canary.js";
import { derivedKey } from "./derived-key.js";
import { retiredLinkKeys } from "./retired-link-keys.js";
import { openWith, sealWith } from "./ring-seal.js";
import { createSealCounter, type SealMeasures, sealLimit } from "./seal-counter.js";
import { createSealWarnings, type Warn } from "./seal-warnings.js";

/** What a vault is made of. */
export interface VaultParts {
  readonly keyring: Keyring;
  readonly records: VaultRecords;
  readonly randomBytes: RandomBytes;
  readonly measures?: SealMeasures | undefined;
  readonly warn?: Warn | undefined;
}

/** A vault that knows its keys, and not where they come from. */
export interface AesVault extends Omit<Vault, "followKeys" | "promoteKey" | "dropKeys"> {
  /** Opens with these keys as well, until the keys change: what a key has sealed shows by itself that it is the right one. */
  lend(keys: Keyring["keys"]): void;
  /** Takes other keys as `changeKeys` does, if they are the last ones still once the database has been asked; answers that. */
  takeKeys(keyring: Keyring, areLast: () => boolean): Promise<boolean>;
}

/** The keys that a vault works with. */
interface Admitted {
  readonly ring: Keyring;
  readonly sealingKeyId: string;
  readonly linkKeys: ReadonlyMap<string, KeyObject>;
}

/**
 * A vault with these keys, once the canaries have shown that they are the right ones.
 * @throws KeyringError `key_wrong`, `key_absent`
 */
export async function createAesVault(parts: VaultParts): Promise<AesVault> {
  const { records, randomBytes, measures, warn = () => undefined } = parts;
  const limit = measures?.limit ?? sealLimit;
  const counter = createSealCounter(records, measures);
  const warnOfLimit = createSealWarnings(warn, limit);

  const admit = async (ring: Keyring): Promise<Admitted> => {
    const before = await records.keys();
    // Asked second: a key that goes in between is found in one of the two, and gets no record again.
    const retired = await records.retired();
    checkCanaries(ring, before);
    const spent = new Set(retired.map(({ keyId }) => keyId));
    let known = before;
    if (await plantCanaries(ring, { known, spent }, records, randomBytes)) {
      // Another gateway may have planted at the same moment, with other keys.
      known = await records.keys();
      checkCanaries(ring, known);
    }
    warnOfLimit(known);
    for (const { keyId, retiringAt } of known) if (retiringAt !== null) spent.add(keyId);
    const sealing = [...ring.keys.keys()].find((keyId) => !spent.has(keyId));
    return {
      ring,
      sealingKeyId: sealing ?? ring.sealingKeyId,
      linkKeys: retiredLinkKeys(ring, retired),
    };
  };

  let now = await admit(parts.keyring);
  async function takeKeys(keyring: Keyring, areLast: () => boolean): Promise<boolean> {
    const admitted = await admit(keyring);
    if (!areLast()) return false;
    now = admitted;
    return true;
  }

  return {
    sealLimit: limit,
    async seal(slot, text) {
      if (/\p{Surrogate}/u.test(text.reveal())) throw new VaultError("text_unsealable");
      const { ring, sealingKeyId } = now;
      await counter.take(sealingKeyId);
      return sealWith(ring, sealingKeyId, slot, text.reveal(), randomBytes);
    },
    open(slot, sealed) {
      const text = openWith(now.ring, slot, sealed);
      if (text === undefined) throw new VaultError("sealed_unreadable");
      return new Secret(text);
    },
    linkKey(keyId = now.sealingKeyId) {
      const key = now.ring.keys.get(keyId);
      const found = key ? derivedKey(key, "link") : now.linkKeys.get(keyId);
      return found && { id: keyId, key: found };
    },
    tallyKey() {
      const key = now.ring.keys.get(now.sealingKeyId);
      if (!key) throw new Error("The vault has no key that seals.");
      return derivedKey(key, "tally");
    },
    isCurrent: (sealed) => splitSealed(sealed)?.keyId === now.sealingKeyId,
    sealingKeyId: () => now.sealingKeyId,
    holds: (keyId) => now.ring.keys.has(keyId),
    lend(keys) {
      const { ring } = now;
      now = { ...now, ring: { ...ring, keys: new Map([...keys, ...ring.keys]) } };
    },
    takeKeys,
    async changeKeys(keyring) {
      await takeKeys(keyring, () => true);
    },
  };
}
