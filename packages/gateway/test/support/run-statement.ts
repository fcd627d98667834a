import Sqlite from "better-sqlite3";
import type { StorePlace } from "../../src/adapters/database/open-store.js";
import { runOn } from "./postgres.js";

/** Runs one statement past the gateway, as somebody would who has the database in hand. */
export async function runStatement(
  place: StorePlace,
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  if ("url" in place) return runOn(place.url, statement);
  const file = new Sqlite(place.file, { timeout: 5_000 });
  try {
    const prepared = file.prepare(statement);
    if (prepared.reader) return prepared.all() as Record<string, unknown>[];
    prepared.run();
    return [];
  } finally {
    file.close();
  }
}
