import type { Keyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { splitSealed } from "../../domain/sealed-value.js";
import type { Slot } from "../../domain/slot.js";
import type { VaultKeyRecord, VaultRecords } from "../../ports/vault-records.js";
import { openWith, sealWith } from "./ring-seal.js";

const slot: Slot = { tenant: "", kind: "installation", id: "vault", field: "canary" };
const song = "This is the right key.";

/**
 * Every key that has sealed anything must be in the ring and open its canary.
 * @throws KeyringError `key_absent`, `key_wrong`
 */
export function checkCanaries(ring: Keyring, known: readonly VaultKeyRecord[]): void {
  for (const { keyId, canary } of known) {
    if (!ring.keys.has(keyId))
      throw new KeyringError(
        "key_absent",
        `The database holds values sealed with the key ${keyId}, which is not among the keys. Put its line back into the key file, or set DATABASE_URL, or KUNJI_DATA, to the database of these keys.`,
      );
    if (splitSealed(canary)?.keyId !== keyId || openWith(ring, slot, canary) !== song)
      throw new KeyringError(
        "key_wrong",
        `The key ${keyId} is not the one that sealed the values of this database. Put the right key file in its place, or set DATABASE_URL, or KUNJI_DATA, to the database of this one.`,
      );
  }
}

/**
 * Seals a canary with each key that has none yet, before it seals anything else. Answers whether there was any. A key that was
 * taken out gets none.
 */
export async function plantCanaries(
  ring: Keyring,
  { known, spent }: { readonly known: readonly VaultKeyRecord[]; readonly spent: ReadonlySet<string> },
  records: VaultRecords,
  randomBytes: RandomBytes,
): Promise<boolean> {
  let planted = false;
  for (const keyId of ring.keys.keys()) {
    if (spent.has(keyId) || known.some((record) => record.keyId === keyId)) continue;
    planted = true;
    const canary = sealWith(ring, keyId, slot, song, randomBytes);
    await records.plant({ keyId, canary, seals: 1 });
  }
  return planted;
}
