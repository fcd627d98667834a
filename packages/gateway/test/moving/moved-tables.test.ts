import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { movedColumns } from "../../src/adapters/database/moved-columns.js";
import { movedTables, stayingColumns, stayingTables } from "../../src/adapters/database/moved-tables.js";
import { openSnapshot } from "../../src/adapters/database/open-snapshot.js";
import type { StorePlace } from "../../src/adapters/database/open-store.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { runOn } from "../support/postgres.js";

/** Runs one statement past the store. */
async function ask(place: StorePlace, statement: string): Promise<readonly Record<string, unknown>[]> {
  if ("url" in place) return runOn(place.url, statement);
  const file = new Sqlite(place.file, { readonly: true });
  try {
    return file.prepare(statement).all() as Record<string, unknown>[];
  } finally {
    file.close();
  }
}

describe.each(databases)("what a move takes along, on %s", (name, make) => {
  const isUrl = name === "PostgreSQL";
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
    await (await database.open()).close();
  });
  afterEach(() => database.drop());

  it("is every table that there is, but for those that are named", async () => {
    const found = await ask(
      database.place,
      isUrl
        ? "select tablename as name from pg_tables where schemaname = current_schema()"
        : "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    );
    const named = [...movedTables.map((table) => table.name), ...stayingTables];
    expect(found.map((row) => row.name).sort()).toEqual([...named].sort());
    expect(found.length).toBeGreaterThan(15);
  });

  it("is every column, but for leases and what the database computes", async () => {
    const { place, close } = await openSnapshot(database.place);
    const left = new Set<string>();
    const computed: string[] = [];
    for (const { name: table } of movedTables) {
      const moved = (await movedColumns(place, table)).map((column) => column.name);
      const all = await ask(
        database.place,
        isUrl
          ? `select column_name as name, is_generated = 'ALWAYS' as computed from information_schema.columns where table_name = '${table}'`
          : `select name, hidden > 1 as computed from pragma_table_xinfo('${table}')`,
      );
      expect(moved.length).toBeGreaterThan(1);
      for (const column of all) {
        const own = String(column.name);
        if (column.computed === true || column.computed === 1) computed.push(own);
        else if (!moved.includes(own)) left.add(own);
      }
      for (const own of computed) expect(moved).not.toContain(own);
    }
    await close();
    expect([...left].sort()).toEqual([...stayingColumns]);
    expect(computed).toContain("key_of_sealed_session");
  });

  it("is read by each table's own key, and comes after what it refers to", async () => {
    for (const [at, { name: table, key }] of movedTables.entries()) {
      const keys = await ask(
        database.place,
        isUrl
          ? `select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
             where i.indrelid = '${table}'::regclass and i.indisprimary order by array_position(i.indkey::int[], a.attnum::int)`
          : `select name from pragma_table_info('${table}') where pk > 0 order by pk`,
      );
      expect([table, keys.map((row) => row.name)]).toEqual([table, key]);
      const parents = await ask(
        database.place,
        isUrl
          ? `select distinct confrelid::regclass::text as name from pg_constraint where contype = 'f' and conrelid = '${table}'::regclass`
          : `select distinct "table" as name from pragma_foreign_key_list('${table}')`,
      );
      const before = movedTables.slice(0, at).map((earlier) => earlier.name);
      expect(before).toEqual(expect.arrayContaining(parents.map((row) => row.name)));
    }
  });
});
