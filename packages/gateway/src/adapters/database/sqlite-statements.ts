import type Sqlite from "better-sqlite3";
import type { SqliteDatabase, SqliteStatement } from "kysely";

/** A database whose statements are prepared once, and taken again when the same text comes. */
export interface KeptStatements extends SqliteDatabase {
  /** Lets all go: tables have changed, and with them what a row holds. */
  forget(): void;
}

/** @param most how many are kept: those that were used last */
export function keepStatements(
  database: Pick<Sqlite.Database, "prepare" | "close">,
  most = 500,
): KeptStatements {
  const kept = new Map<string, SqliteStatement>();

  function prepared(text: string): SqliteStatement {
    const statement = database.prepare(text);
    return {
      reader: statement.reader,
      all: (parameters) => statement.all(parameters),
      run: (parameters) => statement.run(parameters),
      // One that is read row by row is busy until its end: it is nobody else's.
      iterate: (parameters) => database.prepare(text).iterate(parameters),
    };
  }

  return {
    prepare(text) {
      const statement = kept.get(text) ?? prepared(text);
      kept.delete(text);
      kept.set(text, statement);
      const [oldest] = kept.size > most ? kept.keys() : [];
      if (oldest !== undefined) kept.delete(oldest);
      return statement;
    },
    forget: () => kept.clear(),
    close: () => void database.close(),
  };
}
