import type { Ports } from "../ports/ports.js";

/** A key of the vault: what it may still do, and what lies under it. */
export interface VaultKey {
  readonly id: string;
  /** `sealing`: what is written now lies under it. `opening`: it opens. `retiring`: its values are being sealed anew. */
  readonly state: "sealing" | "opening" | "retiring";
  /** How many values it has sealed, or may have. */
  readonly seals: number;
  readonly limit: number;
  /** How many values lie under it. */
  readonly values: number;
}

/** The keys that the database knows. */
export async function vaultKeys({
  store,
  vault,
}: Pick<Ports, "store" | "vault">): Promise<readonly VaultKey[]> {
  const [keys, counts] = [await store.vaultRecords.keys(), await store.sealedValues.count()];
  const sealing = vault.sealingKeyId();
  return keys.map(({ keyId, seals, retiringAt }) => ({
    id: keyId,
    state: keyId === sealing ? "sealing" : retiringAt === null ? "opening" : "retiring",
    seals,
    limit: vault.sealLimit,
    values: counts.get(keyId) ?? 0,
  }));
}
