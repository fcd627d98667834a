import type { Store } from "../../ports/store.js";

/** Where the gateway's data is kept. */
export type StorePlace = { readonly file: string } | { readonly url: string };

/** Opens the gateway's storage, and loads only the driver that it needs. @throws StoreProblem */
export async function openStore(place: StorePlace): Promise<Store> {
  if ("url" in place) {
    const { openPostgres } = await import("./open-postgres.js");
    return openPostgres(place.url);
  }
  const { openSqlite } = await import("./open-sqlite.js");
  return openSqlite(place.file);
}
