import { rmSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { makeFolder } from "./make-folder.js";
import { schema, schemaVersion } from "./schema.js";

export type Database = Sqlite.Database;

export interface Opened {
  readonly db: Database;
  /** True where the file was made now, or thrown away because it was of another version. */
  readonly fresh: boolean;
  /** Why an older file was thrown away; `null` where none was. */
  readonly startedOver: string | null;
}

function connect(file: string): Database {
  const db = new Sqlite(file, { timeout: 5_000 });
  db.pragma("journal_mode = WAL");
  // A process that is killed loses nothing; a power cut may take back the last calls, and leaves the file whole.
  db.pragma("synchronous = NORMAL");
  db.pragma("foreign_keys = ON");
  return db;
}

function create(db: Database): void {
  db.transaction(() => {
    db.exec(schema);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
}

/**
 * Opens the sandbox's file, or makes it. A file of another schema or with other presets is thrown away:
 * nothing in it is worth a migration.
 * @param file a path, or ":memory:"
 * @param presets the version of the presets, any text
 */
export function openDatabase(file: string, presets: string): Opened {
  if (file !== ":memory:") makeFolder(dirname(file));
  let db = connect(file);
  const version = db.pragma("user_version", { simple: true });
  const tables = db.prepare("SELECT count(*) FROM sqlite_master").pluck().get();
  if (tables === 0) {
    create(db);
    return { db, fresh: true, startedOver: null };
  }
  if (version === schemaVersion) {
    const stored = db.prepare("SELECT value FROM meta WHERE name = 'presets'").pluck().get();
    if (stored === presets) return { db, fresh: false, startedOver: null };
  }
  db.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  db = connect(file);
  create(db);
  const reason = version === schemaVersion ? "has other presets" : "is of another version";
  return { db, fresh: true, startedOver: `The stored state ${reason}: started over from the presets.` };
}
