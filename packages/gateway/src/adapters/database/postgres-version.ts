import { type Kysely, sql } from "kysely";
import { StoreProblem } from "../../ports/store-problem.js";

/** The oldest PostgreSQL that is served, as its `server_version_num`. */
export const oldestVersion = 140_000;

/** @throws StoreProblem `store_too_old` */
export async function checkVersion<T>(db: Kysely<T>, oldest = oldestVersion): Promise<void> {
  const asked = sql<{ version: string }>`select current_setting('server_version_num') as version`;
  const [row] = (await asked.execute(db)).rows;
  if (Number(row?.version) >= oldest) return;
  throw new StoreProblem(
    "store_too_old",
    `The PostgreSQL that DATABASE_URL names is older than version ${oldest / 10_000}: use a newer one.`,
  );
}
