import { existsSync } from "node:fs";
import type { Store } from "../../ports/store.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { localChanges } from "./changes-local.js";
import { ColumnNames } from "./column-names.js";
import { sqlite } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { isOfThisVersion } from "./migrate.js";
import { openStore, type StorePlace } from "./open-store.js";
import { makeStore } from "./store.js";
import type { Tables } from "./tables.js";

/**
 * Opens the gateway's storage for one small change, beside the gateway that may have it open. On SQLite that gateway hears of no
 * change: only what it reads anew each time may be written. The tables stay as they are.
 * @throws StoreProblem `store_file_unusable`, `store_older`, and what `openStore` throws for a PostgreSQL
 */
export async function openBeside(place: StorePlace): Promise<Store> {
  if ("url" in place) return openStore(place);
  if (!existsSync(place.file))
    throw new StoreProblem(
      "store_file_unusable",
      `${place.file} is not there: set KUNJI_DATA to the data folder.`,
    );
  const [{ connectSqlite }, { Kysely, SqliteDialect }] = await Promise.all([
    import("./sqlite-connection.js"),
    import("kysely"),
  ]);
  const database = connectSqlite(place.file);
  const dialect = guardDialect(new SqliteDialect({ database }));
  const db = new Kysely<Tables>({ dialect, plugins: [new ColumnNames()] });
  const within = { db, traits: sqlite };
  const close = async (): Promise<void> => {
    await db.destroy();
    database.close();
  };
  if (await isOfThisVersion(within)) return makeStore(within, localChanges(), close);
  await close();
  throw new StoreProblem(
    "store_older",
    "The database is not of this version of the gateway. Start the gateway of this version once.",
  );
}
