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

/**
 * Opens the vault, before anything listens.
 * @throws KeyringError where the keys are missing, malformed, open to others or not those of this database
 */
export async function openVault({ source, records, randomBytes, say }: VaultOpening): Promise<Vault> {
  const inUse = (await records.keys()).length > 0;
  const keyring = await readKeys(source, { randomBytes, inUse, say });
  return createAesVault({ keyring, records, randomBytes });
}
