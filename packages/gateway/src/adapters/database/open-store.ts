import type { Store } from "../../ports/store.js";
import { openPostgres } from "./open-postgres.js";
import { openSqlite } from "./open-sqlite.js";

/** Where the gateway's data is kept. */
export type StorePlace = { readonly file: string } | { readonly url: string };

/** Opens the gateway's storage. @throws StoreProblem */
export function openStore(place: StorePlace): Promise<Store> {
  return "url" in place ? openPostgres(place.url) : openSqlite(place.file);
}
