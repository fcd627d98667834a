import { Problem } from "../domain/problem.js";
import type { VaultKeyRecord, VaultRecords } from "../ports/vault-records.js";

/** Whether the database has sealed with the key, or may have. One that it was only shown may be of use to another database. */
export const hasSealed = ({ seals }: Pick<VaultKeyRecord, "seals">): boolean => seals > 1;

/**
 * A database in which nothing was ever sealed has nothing to rotate, and the key file beside it may be another one's.
 * @throws Problem `key_file_unusable`
 */
export async function checkSealedHere(records: Pick<VaultRecords, "keys" | "retired">): Promise<void> {
  if ((await records.keys()).some(hasSealed) || (await records.retired()).length > 0) return;
  throw new Problem("key_file_unusable", {
    detail:
      "Nothing was ever sealed in this database, so the key file may be another one's, and stays as it is: set DATABASE_URL, or KUNJI_DATA, as the gateway has them.",
  });
}
