import Sqlite from "better-sqlite3";
import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localChanges } from "../src/adapters/database/changes-local.js";
import { postgres, sqlite } from "../src/adapters/database/dialect.js";
import { makeStore } from "../src/adapters/database/store.js";
import type { Tables } from "../src/adapters/database/tables.js";
import type { Store } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { addOwnRows, makingCalls, reachingCalls } from "./support/tenant-calls.js";

const tenant = "the-tenant";

/** Whether a statement names the tenant once for each table that it reads or writes. */
function carriesTenant({ sql, parameters }: CompiledQuery): boolean {
  const tables = sql.match(/\b(?:from|into|update|join) "/g) ?? [];
  const joined = sql.match(/"tenant" = "\w+"\."tenant"/g) ?? [];
  const named = parameters.filter((parameter) => parameter === tenant);
  return named.length + joined.length >= tables.length;
}

describe.each(databases)("the store's statements on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;
  let statements: CompiledQuery[] = [];

  beforeAll(async () => {
    database = await make();
    const first = await database.open();
    await addOwnRows(first, tenant);
    await first.close();
    const { place } = database;
    const isUrl = "url" in place;
    const dialect = isUrl
      ? new PostgresDialect({ pool: new Pool({ connectionString: place.url }) })
      : new SqliteDialect({ database: new Sqlite(place.file) });
    const db = new Kysely<Tables>({
      dialect,
      plugins: [new CamelCasePlugin()],
      log: ({ query }) => void statements.push(query),
    });
    store = makeStore({ db, traits: isUrl ? postgres : sqlite }, localChanges(), () => db.destroy());
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it.each([...reachingCalls, ...makingCalls])("carry the tenant in $name", async ({ call }) => {
    statements = [];
    await call(store, tenant);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((statement) => !carriesTenant(statement)).map(({ sql }) => sql)).toEqual([]);
  });

  it.each([
    ["waysIn.apiKey", () => store.waysIn.apiKey("key hash")],
    ["waysIn.app", () => store.waysIn.app("own")],
    ["waysIn.operator", () => store.waysIn.operator("asha")],
    ["dueWork.pendingWithoutCode", () => store.dueWork.pendingWithoutCode(0, 1)],
    ["installation.countConnections", () => store.installation.countConnections()],
  ] as const)("are seen to carry none in %s", async (_title, call) => {
    statements = [];
    await call();
    expect(statements.map(carriesTenant)).toEqual([false]);
  });
});
