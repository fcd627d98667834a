import type { Keyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { splitSealed } from "../../domain/sealed-value.js";
import { VaultError } from "../../domain/vault-error.js";
import type { Vault } from "../../ports/vault.js";
import type { VaultRecords } from "../../ports/vault-records.js";
import { createAesVault } from "./aes-vault.js";
import { fileStamp } from "./key-file.js";
import { dropKeys, promoteKey } from "./key-file-changes.js";
import { type KeySource, readKeys, readKeysNow } from "./key-source.js";
import { oneAfterTheOther, withLastKeys } from "./last-keys.js";
import type { SealMeasures } from "./seal-counter.js";
import type { Warn } from "./seal-warnings.js";

/** What a vault is opened with. */
export interface VaultOpening {
  readonly source: KeySource;
  readonly records: VaultRecords;
  readonly randomBytes: RandomBytes;
  /** Takes a sentence for the operator. */
  readonly say: (sentence: string) => void;
  /** Takes warnings that a key nears its limit. */
  readonly warn?: Warn | undefined;
  readonly measures?: SealMeasures | undefined;
}

/** Whether two rings hold the same keys in the same order. */
function sameKeys(left: Keyring, right: Keyring): boolean {
  const ids = ({ keys }: Keyring) => [...keys.keys()].join();
  return [...left.keys].every(([id, key]) => right.keys.get(id)?.equals(key)) && ids(left) === ids(right);
}

/**
 * Opens the vault, before anything listens.
 * @throws KeyringError where the keys are missing, malformed, open to others or not those of this database
 */
export async function openVault(opening: VaultOpening): Promise<Vault> {
  const { source, records, randomBytes, say, warn, measures } = opening;
  const { file } = source;
  const inUse = (await records.keys()).length > 0;
  const opened = await withLastKeys(
    file,
    () => readKeys(source, { randomBytes, inUse, say }),
    async (keyring) => ({
      keyring,
      vault: await createAesVault({ keyring, records, randomBytes, measures, warn }),
    }),
  );
  const { vault } = opened;
  let known = opened.keyring;
  let looked: string | undefined;
  /** Whether it opens with keys that it was lent, and has not followed since: what it seals with may have gone. */
  let behind = false;
  /** Whether the key that it seals with was taken out, and the one in its place is not here. */
  let stranded = false;

  /** A key that another gateway has put into the file since: whoever needs it can't wait for the next look. */
  function lookFor(keyId: string | undefined): void {
    if (keyId === undefined || vault.holds(keyId)) return;
    const stamp = fileStamp(file);
    if (stamp === looked) return;
    looked = stamp;
    const found = readKeysNow(source);
    if (!found) return;
    vault.lend(found.keys);
    behind ||= vault.holds(keyId);
  }

  async function takeLastKeys(): Promise<Keyring> {
    try {
      return await withLastKeys(
        file,
        () => readKeys(source, { randomBytes, inUse: true, say }),
        async (keyring, areLast) => ((await vault.takeKeys(keyring, areLast)) ? keyring : undefined),
      );
    } catch (error) {
      if (error instanceof KeyringError && error.code === "key_absent")
        stranded = !(await records.keys()).some(({ keyId }) => keyId === vault.sealingKeyId());
      throw error;
    }
  }

  async function follow(): Promise<number> {
    const sealing = vault.sealingKeyId();
    const read = await takeLastKeys();
    looked = undefined;
    behind = false;
    stranded = false;
    const changed = !sameKeys(read, known) || vault.sealingKeyId() !== sealing;
    known = read;
    return changed ? 1 : 0;
  }
  const followKeys = oneAfterTheOther(follow);

  return {
    ...vault,
    followKeys,
    async seal(slot, text) {
      if (behind || stranded) await followKeys().catch(() => 0);
      if (stranded) throw new VaultError("key_absent");
      const under = vault.sealingKeyId();
      try {
        return await vault.seal(slot, text);
      } catch (error) {
        // The key may have been taken out, or another one put first, since the last look.
        const spent = error instanceof VaultError && error.code === "seal_limit_reached";
        if (!spent) throw error;
        await followKeys().catch(() => 0);
        if (vault.sealingKeyId() === under) throw error;
        return vault.seal(slot, text);
      }
    },
    holds(keyId) {
      lookFor(keyId);
      return vault.holds(keyId);
    },
    open(slot, sealed) {
      const keyId = splitSealed(sealed)?.keyId;
      lookFor(keyId);
      if (keyId !== undefined && !vault.holds(keyId)) throw new VaultError("key_absent");
      return vault.open(slot, sealed);
    },
    linkKey(keyId) {
      const found = vault.linkKey(keyId);
      if (found) return found;
      lookFor(keyId);
      return vault.linkKey(keyId);
    },
    async promoteKey(keyId) {
      const promoted = await promoteKey(file, keyId, randomBytes);
      await followKeys();
      return promoted;
    },
    async dropKeys(keyIds) {
      if (await dropKeys(file, keyIds, randomBytes)) await followKeys();
    },
  };
}
