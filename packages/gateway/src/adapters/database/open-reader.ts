import { existsSync } from "node:fs";
import type Sqlite from "better-sqlite3";
import { type Dialect, Kysely } from "kysely";
import type { StoreParts } from "../../ports/store.js";
import { StoreProblem } from "../../ports/store-problem.js";
import type { VaultRecords } from "../../ports/vault-records.js";
import { auditIn } from "./audit.js";
import { ColumnNames } from "./column-names.js";
import { postgres, sqlite } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { installationIn } from "./installation.js";
import { isOfThisVersion } from "./migrate.js";
import type { StorePlace } from "./open-store.js";
import type { Place, Tables } from "./tables.js";
import { vaultRecordsIn } from "./vault-records.js";

/** What a command may look at while gateways are at work. */
export interface StoreReader extends Pick<StoreParts, "audit" | "installation"> {
  readonly vaultRecords: Pick<VaultRecords, "keys" | "retired">;
  close(): Promise<void>;
}

/** A connection to a file that a gateway may have open, to read alone. @throws StoreProblem `store_file_unusable` */
export async function readSqlite(file: string): Promise<Sqlite.Database> {
  if (!existsSync(file))
    throw new StoreProblem("store_file_unusable", `${file} is not there: set KUNJI_DATA to the data folder.`);
  const { default: Driver } = await import("better-sqlite3");
  try {
    return new Driver(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  } catch {
    throw new StoreProblem("store_file_unusable", `${file} can't be read as the gateway's database.`);
  }
}

async function sqliteDialect(file: string): Promise<{ dialect: Dialect; end: () => void }> {
  const [database, { SqliteDialect }] = await Promise.all([readSqlite(file), import("kysely")]);
  return { dialect: new SqliteDialect({ database }), end: () => void database.close() };
}

async function postgresDialect(url: string): Promise<{ dialect: Dialect; end: () => void }> {
  const [{ PostgresDialect }, { makeReadingPool }] = await Promise.all([
    import("kysely"),
    import("./open-postgres.js"),
  ]);
  return { dialect: new PostgresDialect({ pool: async () => makeReadingPool(url) }), end: () => undefined };
}

/** A database that is open to be read, whatever is in it. */
export interface ReadingPlace {
  readonly within: Place;
  close(): Promise<void>;
}

/** @throws StoreProblem `store_url_invalid`, `store_file_unusable`; the first statement shows whether a PostgreSQL can be reached */
export async function openToRead(place: StorePlace): Promise<ReadingPlace> {
  const isUrl = "url" in place;
  const { dialect, end } = await (isUrl ? postgresDialect(place.url) : sqliteDialect(place.file));
  const db = new Kysely<Tables>({ dialect: guardDialect(dialect), plugins: [new ColumnNames()] });
  const close = async (): Promise<void> => {
    await db.destroy();
    end();
  };
  return { within: { db, traits: isUrl ? postgres : sqlite }, close };
}

/**
 * Opens the gateway's storage to be read, beside the gateways that have it open. It writes nothing and makes nothing.
 * @throws StoreProblem `store_url_invalid`, `store_unreachable`, `store_file_unusable`, `store_older`
 */
export async function openReader(place: StorePlace): Promise<StoreReader> {
  const { within, close } = await openToRead(place);
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
  const { keys, retired } = vaultRecordsIn(within);
  const vaultRecords = { keys, retired };
  return { audit: auditIn(within), installation: installationIn(within), vaultRecords, close };
}
