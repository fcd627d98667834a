import Sqlite from "better-sqlite3";
import { type Dialect, Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool } from "pg";
import { postgres, sqlite } from "../../src/adapters/database/dialect.js";
import { firstTables } from "../../src/adapters/database/migrations/0001-first-tables.js";
import type { StorePlace } from "../../src/adapters/database/open-store.js";
import { bytes, t0 } from "./rows.js";

/** One row for each table; what may be null and says nothing is left out. */
const rows: readonly (readonly [table: string, row: Readonly<Record<string, unknown>>])[] = [
  ["tenants", { id: "t", name: "Tenant", last_sequence: 7, created_at: t0 }],
  ["api_keys", { tenant: "t", id: "k1", name: "k", hash: "key hash", scopes: '["proxy"]', created_at: t0 }],
  [
    "apps",
    {
      tenant: "t",
      id: "a1",
      broker: "zebu",
      environment: "live",
      sealed_keys: bytes("keys"),
      return_urls: "[]",
      handle: "handle",
      created_at: t0,
      updated_at: t0,
    },
  ],
  [
    "connections",
    {
      tenant: "t",
      id: "c1",
      app: "a1",
      broker: "zebu",
      user: "u1",
      account: "FA1",
      status: "active",
      generation: 3,
      sealed_session: bytes("sealed"),
      started_at: t0,
      used_at: t0,
      ends_at: t0 + 9,
      created_at: t0,
      updated_at: t0,
    },
  ],
  [
    "attempts",
    {
      tenant: "t",
      hash: "attempt",
      browser_hash: "browser",
      app: "a1",
      broker: "zebu",
      handle: "handle",
      connection: "c1",
      return_url: "https://app.example/back",
      sealed_attempt: bytes("attempt"),
      created_at: t0,
      expires_at: t0 + 9,
    },
  ],
  [
    "codes",
    {
      tenant: "t",
      hash: "code",
      connection: "c1",
      generation: 3,
      account: "FA1",
      sealed_session: bytes("waiting"),
      started_at: t0,
      used_at: t0,
      created_at: t0,
      expires_at: t0 + 9,
    },
  ],
  [
    "links",
    {
      tenant: "t",
      hash: "link",
      connection: "c1",
      return_url: "https://app.example/back",
      created_at: t0,
      expires_at: t0 + 9,
    },
  ],
  [
    "vendor_sessions",
    { tenant: "t", app: "a1", sealed_session: bytes("vendor"), generation: 2, updated_at: t0 },
  ],
  ["events", { tenant: "t", sequence: 7, id: "e7", type: "t", connection: "c1", data: "{}", at: t0 }],
  [
    "webhooks",
    { tenant: "t", id: "w1", url: "https://app.example", sealed_secret: bytes("s"), created_at: t0 },
  ],
  ["deliveries", { tenant: "t", webhook: "w1", sequence: 7, connection: "c1", tries: 1 }],
];

/** Brings an empty database to the tables of version 0001, with a row in each. */
export async function fillVersion0001(place: StorePlace): Promise<void> {
  const isUrl = "url" in place;
  const dialect: Dialect = isUrl
    ? new PostgresDialect({ pool: new Pool({ connectionString: place.url }) })
    : new SqliteDialect({ database: new Sqlite(place.file) });
  const db = new Kysely<never>({ dialect });
  const up = (schema: Kysely<unknown>) => firstTables(schema, isUrl ? postgres : sqlite);
  const provider = { getMigrations: async () => ({ "0001-first-tables": { up } }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  for (const [table, row] of rows) {
    const columns = Object.keys(row).map((name) => sql.ref(name));
    const values = Object.values(row).map((value) => sql`${value}`);
    await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values (${sql.join(values)})`.execute(
      db,
    );
  }
  await db.destroy();
}
