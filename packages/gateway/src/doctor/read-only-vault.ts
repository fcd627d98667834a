import type { DatabaseLook } from "../adapters/database/open-look.js";
import { createAesVault } from "../adapters/vault/aes-vault.js";
import { readKeyFile } from "../adapters/vault/key-file.js";
import type { KeySource } from "../adapters/vault/key-source.js";
import { type Keyring, readKeyring } from "../domain/keyring.js";
import type { RandomBytes } from "../domain/random-text.js";
import type { Vault } from "../ports/vault.js";

/** What opens, and seals nothing. */
export type Opener = Pick<Vault, "open" | "linkKey" | "sealingKeyId" | "sealLimit">;

/** The keys of the file, which is left as it is; `undefined` where there is none. @throws KeyringError */
export function keysOf({ file }: KeySource): Keyring | undefined {
  const text = readKeyFile(file);
  return text === undefined ? undefined : readKeyring(text, file.named);
}

/**
 * What can be opened with these keys, beside gateways that run: it writes nothing, not even a key's canary.
 * @throws KeyringError `key_wrong`, `key_absent`
 */
export async function openReadOnly(
  keyring: Keyring,
  look: Pick<DatabaseLook, "keys" | "retiredKeys">,
  randomBytes: RandomBytes,
): Promise<Opener> {
  const nothing = async (): Promise<never> => {
    throw new Error("Nothing is written here.");
  };
  const records = {
    keys: look.keys,
    retired: look.retiredKeys,
    plant: async () => undefined,
    countSeals: async () => false,
    retire: nothing,
    forgetLinkKeys: nothing,
  };
  return createAesVault({ keyring, records, randomBytes });
}
