import Sqlite from "better-sqlite3";
import { StoreProblem } from "../../ports/store-problem.js";

/**
 * Holds a database file for this gateway alone. The lock is the operating system's own, on a small file beside
 * it: it goes with the process, however that ends.
 * @returns frees it
 * @throws StoreProblem `store_in_use` where another gateway holds it
 */
export function holdFile(file: string): () => void {
  const lock = new Sqlite(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch {
    lock.close();
    throw new StoreProblem(
      "store_in_use",
      `Another gateway runs on ${file}. A SQLite database serves one gateway: end that one, or name a PostgreSQL in DATABASE_URL for several.`,
    );
  }
  return () => lock.close();
}
