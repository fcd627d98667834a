import type { VaultKeyRecord, VaultRecords } from "../../../src/ports/vault-records.js";

/** The vault's rows in memory, with how often the count was asked for. */
export function memoryRecords() {
  const rows = new Map<string, VaultKeyRecord>();
  const asked: string[] = [];
  const records: VaultRecords = {
    keys: async () => [...rows.values()],
    retired: async () => [],
    retire: async (keyId) => rows.delete(keyId),
    forgetLinkKeys: async () => 0,
    plant: async (record) => {
      if (!rows.has(record.keyId)) rows.set(record.keyId, { ...record, retiringAt: null });
    },
    countSeals: async (keyId, seals, limit) => {
      asked.push(keyId);
      await Promise.resolve();
      const row = rows.get(keyId);
      if (!row || row.seals + seals > limit) return false;
      rows.set(keyId, { ...row, seals: row.seals + seals });
      return true;
    },
  };
  return { records, rows, asked };
}
