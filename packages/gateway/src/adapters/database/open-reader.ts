import { existsSync } from "node:fs";
import { type Dialect, Kysely, type SqliteDatabase } from "kysely";
import type { StoreParts } from "../../ports/store.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { auditIn } from "./audit.js";
import { ColumnNames } from "./column-names.js";
import { postgres, sqlite } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { installationIn } from "./installation.js";
import { isOfThisVersion } from "./migrate.js";
import type { StorePlace } from "./open-store.js";
import type { Place, Tables } from "./tables.js";

/** What a command may look at while gateways are at work. */
export interface StoreReader extends Pick<StoreParts, "audit" | "installation"> {
  close(): Promise<void>;
}

async function sqliteDialect(file: string): Promise<{ dialect: Dialect; end: () => void }> {
  if (!existsSync(file))
    throw new StoreProblem("store_file_unusable", `${file} is not there: set KUNJI_DATA to the data folder.`);
  const [{ default: Sqlite }, { SqliteDialect }] = await Promise.all([
    import("better-sqlite3"),
    import("kysely"),
  ]);
  let database: SqliteDatabase & { close(): unknown };
  try {
    database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  } catch {
    throw new StoreProblem("store_file_unusable", `${file} can't be read as the gateway's database.`);
  }
  return { dialect: new SqliteDialect({ database }), end: () => void database.close() };
}

async function postgresDialect(url: string): Promise<{ dialect: Dialect; end: () => void }> {
  const [{ PostgresDialect }, { makeReadingPool }] = await Promise.all([
    import("kysely"),
    import("./open-postgres.js"),
  ]);
  return { dialect: new PostgresDialect({ pool: async () => makeReadingPool(url) }), end: () => undefined };
}

/**
 * Opens the gateway's storage to be read, beside the gateways that have it open. It writes nothing and makes nothing.
 * @throws StoreProblem `store_url_invalid`, `store_unreachable`, `store_file_unusable`, `store_older`
 */
export async function openReader(place: StorePlace): Promise<StoreReader> {
  const isUrl = "url" in place;
  const { dialect, end } = await (isUrl ? postgresDialect(place.url) : sqliteDialect(place.file));
  const db = new Kysely<Tables>({ dialect: guardDialect(dialect), plugins: [new ColumnNames()] });
  const within: Place = { db, traits: isUrl ? postgres : sqlite };
  const close = async (): Promise<void> => {
    await db.destroy();
    end();
  };
  try {
    if (!(await isOfThisVersion(within)))
      throw new StoreProblem(
        "store_older",
        "The database is not of this version of the gateway. Start the gateway of this version once.",
      );
  } catch (error) {
    await close();
    throw error;
  }
  return { audit: auditIn(within), installation: installationIn(within), close };
}
