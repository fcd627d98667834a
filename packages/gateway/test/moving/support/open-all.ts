import { readFile } from "node:fs/promises";
import { openWith } from "../../../src/adapters/vault/ring-seal.js";
import { type Keyring, readKeyring } from "../../../src/domain/keyring.js";
import { sealedPlaces } from "../../../src/domain/sealed-places.js";
import type { Store } from "../../../src/ports/store.js";

/** Sealed values of a database: how many there are, and how many of them keys open. */
export interface Opened {
  readonly values: number;
  readonly opened: number;
  /** The places that hold any. */
  readonly places: readonly string[];
}

/** The keys of a key file. */
export const ringOf = async (path: string): Promise<Keyring> =>
  readKeyring(await readFile(path, "utf8"), "The file");

/** Keys with the same names and other bytes. */
export function wrongRing({ sealingKeyId, keys }: Keyring): Keyring {
  const lines = [...keys.keys()].map((id, i) => `${id}:${Buffer.alloc(32, i + 1).toString("base64")}`);
  return { sealingKeyId, keys: readKeyring(lines.join("\n"), "The file").keys };
}

/** Opens every sealed value with these keys. */
export async function openAll({ vaultRecords, sealedValues }: Store, ring: Keyring): Promise<Opened> {
  let values = 0;
  let opened = 0;
  const places = new Set<string>();
  for (const { keyId } of await vaultRecords.keys())
    for (const [name, place] of Object.entries(sealedPlaces))
      for (let after: readonly string[] | undefined; ; ) {
        const found = await sealedValues.under(place, keyId, { after, limit: 1_000 });
        for (const { slot, sealed } of found) {
          values++;
          places.add(name);
          if (openWith(ring, slot, sealed) !== undefined) opened++;
        }
        after = found.at(-1)?.key;
        if (!after) break;
      }
  return { values, opened, places: [...places] };
}
