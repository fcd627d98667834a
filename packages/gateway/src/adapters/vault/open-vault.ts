import type { Keyring } from "../../domain/keyring.js";
import type { RandomBytes } from "../../domain/random-text.js";
import type { Vault } from "../../ports/vault.js";
import type { VaultRecords } from "../../ports/vault-records.js";
import { createAesVault } from "./aes-vault.js";
import { type KeySource, readKeys } from "./key-source.js";

/** What a vault is opened with. */
export interface VaultOpening {
  readonly source: KeySource;
  readonly records: VaultRecords;
  readonly randomBytes: RandomBytes;
  /** Takes a sentence for the operator. */
  readonly say: (sentence: string) => void;
}

/** Whether two rings hold the same keys in the same order. */
function sameKeys(left: Keyring, right: Keyring): boolean {
  const others = [...right.keys];
  return (
    left.keys.size === others.length &&
    [...left.keys].every(([id, key], i) => others[i]?.[0] === id && others[i]?.[1].equals(key) === true)
  );
}

/**
 * Opens the vault, before anything listens.
 * @throws KeyringError where the keys are missing, malformed, open to others or not those of this database
 */
export async function openVault({ source, records, randomBytes, say }: VaultOpening): Promise<Vault> {
  const inUse = (await records.keys()).length > 0;
  let known = await readKeys(source, { randomBytes, inUse, say });
  const vault = await createAesVault({ keyring: known, records, randomBytes });
  return {
    ...vault,
    async followKeys() {
      const read = await readKeys(source, { randomBytes, inUse: true, say });
      if (sameKeys(read, known)) return 0;
      await vault.changeKeys(read);
      known = read;
      return 1;
    },
  };
}
