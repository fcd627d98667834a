import { sql } from "kysely";
import { StoreProblem } from "../../ports/store-problem.js";
import type { VaultKeyRecord, VaultRecords } from "../../ports/vault-records.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

const stillReferred = /^(?:23503|SQLITE_CONSTRAINT_FOREIGNKEY)$/;

async function retireIn(
  { db, traits }: Place,
  keyId: string,
  { sealedLinkKey, ms }: { readonly sealedLinkKey: Uint8Array; readonly ms: number },
): Promise<boolean> {
  // A value that is being stored under the key holds its record: this waits for it, and then finds it.
  const gone = await db
    .deleteFrom("vaultKeys")
    .where("keyId", "=", keyId)
    .returning("seals")
    .executeTakeFirst();
  if (!gone) return false;
  const linksUntil = sql<number>`${traits.now} + ${sql.lit(Math.trunc(ms))}`;
  await db
    .insertInto("retiredKeys")
    .values({ keyId, seals: gone.seals, sealedLinkKey, retiredAt: traits.now, linksUntil })
    .execute();
  return true;
}

async function plantIn(
  { db }: Place,
  { keyId, canary, seals }: Omit<VaultKeyRecord, "retiringAt">,
): Promise<void> {
  // Where the key is being taken out this waits for its end, and the next statement sees what has become of it.
  await db
    .insertInto("vaultKeys")
    .values({ keyId, canary, seals, retiringAt: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .deleteFrom("vaultKeys")
    .where("keyId", "=", keyId)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom("retiredKeys").select("retiredKeys.keyId").where("retiredKeys.keyId", "=", keyId)),
    )
    .execute();
}

export function vaultRecordsIn(place: Place): VaultRecords {
  const { db, traits } = place;
  return {
    keys: () =>
      db
        .selectFrom("vaultKeys")
        .select(["keyId", "canary", "seals", "retiringAt"])
        .orderBy("keyId")
        .execute(),

    retired: () =>
      db
        .selectFrom("retiredKeys")
        .select(["keyId", "retiredAt", "seals", "sealedLinkKey", "linksUntil"])
        .orderBy("keyId")
        .execute(),

    plant: (record) => together(place, (within) => plantIn(within, record)),

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

    async retire(keyId, links) {
      try {
        return await together(place, (within) => retireIn(within, keyId, links));
      } catch (error) {
        if (error instanceof StoreProblem && stillReferred.test(error.databaseCode ?? "")) return false;
        throw error;
      }
    },

    async forgetLinkKeys() {
      const forgotten = await db
        .updateTable("retiredKeys")
        .set({ sealedLinkKey: null })
        .where("sealedLinkKey", "is not", null)
        .where("linksUntil", "<=", traits.now)
        .returning("keyId")
        .execute();
      return forgotten.length;
    },
  };
}
