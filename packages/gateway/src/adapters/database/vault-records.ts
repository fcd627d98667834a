import type { VaultRecords } from "../../ports/vault-records.js";
import type { Place } from "./tables.js";

export function vaultRecordsIn({ db }: Place): VaultRecords {
  return {
    keys: () => db.selectFrom("vaultKeys").select(["keyId", "canary", "seals"]).orderBy("keyId").execute(),

    async plant({ keyId, canary, seals }) {
      await db
        .insertInto("vaultKeys")
        .values({ keyId, canary, seals })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async countSeals(keyId, seals, limit) {
      const counted = await db
        .updateTable("vaultKeys")
        .set((row) => ({ seals: row("seals", "+", seals) }))
        .where("keyId", "=", keyId)
        .where("seals", "<=", limit - seals)
        .returning("keyId")
        .executeTakeFirst();
      return counted !== undefined;
    },
  };
}
