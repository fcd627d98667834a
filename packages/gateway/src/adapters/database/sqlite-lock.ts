import Sqlite from "better-sqlite3";
import { StoreProblem } from "../../ports/store-problem.js";

/** What is told of a file that is no database, or whose folder can't be written. */
export const unusable = (file: string): StoreProblem =>
  new StoreProblem(
    "store_file_unusable",
    `${file} can't be used as the gateway's database. Check that its folder exists, that it and what lies in it may be written, and that the file is a SQLite database.`,
  );

/** SQLite's own code where somebody else holds the lock, with or without its detail. */
const isBusy = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code);

/**
 * Holds a database file for this gateway alone. The lock is the operating system's own, on a small file beside
 * it: it goes with the process, however that ends.
 * @returns frees it
 * @throws StoreProblem `store_in_use` where another gateway holds it, `store_file_unusable` where there can be no lock
 */
export function holdFile(file: string): () => void {
  let lock: Sqlite.Database | undefined;
  try {
    lock = new Sqlite(`${file}.lock`, { timeout: 0 });
    lock.exec("begin exclusive");
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw unusable(file);
    throw new StoreProblem(
      "store_in_use",
      `Another gateway runs on ${file}. A SQLite database serves one gateway: end that one, or name a PostgreSQL in DATABASE_URL for several.`,
    );
  }
  const held = lock;
  return () => held.close();
}
