import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type StorePlace } from "../../src/adapters/database/open-store.js";
import type { Store } from "../../src/ports/store.js";
import { newPostgres } from "./postgres.js";

/** An empty database for one test file. */
export interface TestDatabase {
  readonly place: StorePlace;
  open(): Promise<Store>;
  drop(): Promise<void>;
}

async function onFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "kunji-gateway-"));
  const place = { file: join(folder, "gateway.db") };
  return {
    place,
    open: () => openStore(place),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function onPostgres(): Promise<TestDatabase> {
  const { url, drop } = await newPostgres();
  return { place: { url }, open: () => openStore({ url }), drop };
}

/** Both kinds of database, for `describe.each`. */
export const databases = [
  ["SQLite", onFile],
  ["PostgreSQL", onPostgres],
] as const;
