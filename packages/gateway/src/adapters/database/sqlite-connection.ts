import Sqlite from "better-sqlite3";

/** A connection to a SQLite file. @throws what SQLite says */
export function connectSqlite(file: string): Sqlite.Database {
  const database = new Sqlite(file, { timeout: 5_000 });
  try {
    database.pragma("journal_mode = WAL");
    // A commit that is lost with the power may hold the only valid refresh token.
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    // What is erased is overwritten in the file as well.
    database.pragma("secure_delete = ON");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
