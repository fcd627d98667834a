import { closeSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import type Sqlite from "better-sqlite3";
import { type DialectAdapter, Kysely, SqliteAdapter, SqliteDialect } from "kysely";
import type { Store } from "../../ports/store.js";
import { localChanges } from "./changes-local.js";
import { ColumnNames } from "./column-names.js";
import { sqlite } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { migrate } from "./migrate.js";
import { connectSqlite } from "./sqlite-connection.js";
import { holdFile, unusable } from "./sqlite-lock.js";
import { keepStatements } from "./sqlite-statements.js";
import { makeStore } from "./store.js";
import type { OpenPlace, Tables } from "./tables.js";

/** SQLite can undo a change of its tables: a migration that was cut short leaves nothing behind. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Makes the file where there is none, for its owner alone. */
function makeFile(file: string): string {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    return realpathSync(file);
  } catch {
    throw unusable(file);
  }
}

/**
 * A SQLite file for one gateway alone, which is made where there is none and brought to this version's tables.
 * @throws StoreProblem `store_in_use`, `store_file_unusable`, `store_newer`, `store_failed`
 */
export async function openSqlitePlace(file: string): Promise<OpenPlace> {
  const path = makeFile(file);
  const free = holdFile(path);
  let database: Sqlite.Database;
  try {
    database = connectSqlite(path);
  } catch {
    free();
    throw unusable(file);
  }
  const statements = keepStatements(database);
  const plain = new SqliteDialect({ database: statements });
  const dialect = guardDialect({
    createAdapter: (): DialectAdapter => new TransactionalSqliteAdapter(),
    createDriver: () => plain.createDriver(),
    createIntrospector: (db) => plain.createIntrospector(db),
    createQueryCompiler: () => plain.createQueryCompiler(),
  });
  const db = new Kysely<Tables>({ dialect, plugins: [new ColumnNames()] });
  const close = async (): Promise<void> => {
    await db.destroy();
    database.close();
    free();
  };
  const place = { db, traits: sqlite };
  try {
    await migrate(place);
    statements.forget();
  } catch (error) {
    await close();
    throw error;
  }
  return { place, close };
}

/** The store on a SQLite file. @throws as `openSqlitePlace` */
export async function openSqlite(file: string): Promise<Store> {
  const { place, close } = await openSqlitePlace(file);
  return makeStore(place, localChanges(), close);
}
