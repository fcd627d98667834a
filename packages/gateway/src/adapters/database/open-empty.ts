import type { StorePlace } from "./open-store.js";
import type { OpenPlace } from "./tables.js";

/**
 * Opens a database that rows are to be moved into, for this process alone where it is a file, with this version's tables.
 * @throws StoreProblem as `openStore`
 */
export async function openEmpty(place: StorePlace): Promise<OpenPlace> {
  if ("url" in place) {
    const { longPatience, openPostgresPlace } = await import("./open-postgres.js");
    return plain(await openPostgresPlace(place.url, longPatience));
  }
  const { openSqlitePlace } = await import("./open-sqlite.js");
  return plain(await openSqlitePlace(place.file));
}

/** Columns with the database's own names. */
const plain = ({ place, close }: OpenPlace): OpenPlace => ({
  place: { ...place, db: place.db.withoutPlugins() },
  close,
});
