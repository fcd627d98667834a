import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { postgres } from "../src/adapters/database/dialect.js";
import { migrations } from "../src/adapters/database/migrations/index.js";
import { openPostgres } from "../src/adapters/database/open-postgres.js";
import { newPostgres, runOn } from "./support/postgres.js";

/** Less than a statement may take in life. */
const patience = { statement_timeout: 300, query_timeout: 1_000 };

let url: string;
let drop: () => Promise<void>;

beforeEach(async () => {
  ({ url, drop } = await newPostgres());
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }),
  });
  const early = Object.entries(migrations).filter(([name]) => name < "0003");
  const steps = early.map(([name, step]) => [
    name,
    { up: (schema: Kysely<unknown>) => step(schema, postgres) },
  ]);
  const provider = { getMigrations: async () => Object.fromEntries(steps) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  expect(error).toBeUndefined();
});
afterEach(() => drop());

it("a migration may take longer than any statement may later, and gateways that start beside it wait for its end", async () => {
  const pool = new Pool({ connectionString: url });
  const reader = await pool.connect();
  // As a table of millions of rows would, this keeps what changes it waiting.
  await reader.query("begin; select from connections limit 1");
  const opened = Promise.allSettled([openPostgres(url, patience), openPostgres(url, patience)]);
  const waiting = `select count(*)::integer as count from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and not granted`;
  await expect.poll(() => runOn(url, waiting), { timeout: 15_000 }).toEqual([{ count: 2 }]);
  await pause(3 * patience.statement_timeout);
  await reader.query("commit");
  reader.release();
  await pool.end();
  for (const one of await opened) {
    expect(one).toMatchObject({ status: "fulfilled" });
    if (one.status === "fulfilled") await one.value.close();
  }
});

it("a gateway whose database is of this version waits for nobody's migration", async () => {
  await (await openPostgres(url)).close();
  const pool = new Pool({ connectionString: url });
  const holder = await pool.connect();
  // Kysely's, for as long as one migrates.
  await holder.query("select pg_advisory_lock(3853314791062309107)");
  const store = await openPostgres(url, patience);
  expect(await store.clock()).toBeGreaterThan(0);
  await store.close();
  holder.release(true);
  await pool.end();
});
