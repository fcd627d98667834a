import { type Dialect, Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { postgres, sqlite } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { readSqlite } from "./open-reader.js";
import type { StorePlace } from "./open-store.js";
import type { OpenPlace, Tables } from "./tables.js";

async function dialectOf(place: StorePlace): Promise<{ dialect: Dialect; end: () => unknown }> {
  if ("url" in place) {
    const { makeSnapshotPool } = await import("./open-postgres.js");
    const pool = makeSnapshotPool(place.url);
    return { dialect: new PostgresDialect({ pool }), end: () => undefined };
  }
  const database = await readSqlite(place.file);
  database.defaultSafeIntegers(true);
  return { dialect: new SqliteDialect({ database }), end: () => database.close() };
}

/**
 * Opens the gateway's storage to be read as it is at one moment, beside gateways that have it open: columns have the database's
 * names, integers all their 64 bits.
 * @throws StoreProblem `store_url_invalid`, `store_unreachable`, `store_file_unusable`
 */
export async function openSnapshot(place: StorePlace): Promise<OpenPlace> {
  const { dialect, end } = await dialectOf(place);
  const db = new Kysely<Tables>({ dialect: guardDialect(dialect) });
  return {
    place: { db, traits: "url" in place ? postgres : sqlite },
    async close() {
      await db.destroy();
      end();
    },
  };
}
