import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { migrations } from "../src/adapters/database/migrations/index.js";
import { openStore, type StorePlace } from "../src/adapters/database/open-store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { newPostgres, runOn } from "./support/postgres.js";
import { addTenant, t0, textOf } from "./support/rows.js";

/** Runs one statement past the store. */
async function run(place: StorePlace, statement: string): Promise<readonly Record<string, unknown>[]> {
  if ("url" in place) return runOn(place.url, statement);
  const file = new Sqlite(place.file);
  try {
    const prepared = file.prepare(statement);
    if (prepared.reader) return prepared.all() as Record<string, unknown>[];
    prepared.run();
    return [];
  } finally {
    file.close();
  }
}

const history = "select name from kysely_migration order by name";

describe.each(databases)("migrations on %s", (_name, make) => {
  let database: TestDatabase | undefined;
  afterEach(async () => {
    await database?.drop();
  });

  it("make the tables of an empty database, once, and keep the rows at every later start", async () => {
    database = await make();
    const first = await database.open();
    await addTenant(first, "t");
    await first.close();
    const names = Object.keys(migrations).map((name) => ({ name }));
    expect(await run(database.place, history)).toEqual(names);
    const second = await database.open();
    expect(await run(database.place, history)).toEqual(names);
    const connection = await second.connections.get("t", "c1");
    expect(connection).toMatchObject({ generation: 1, createdAt: t0 });
    expect(textOf(connection?.sealedSession)).toBe("first");
    await second.close();
  });

  it("leave a database alone that a later version has been at", async () => {
    database = await make();
    await (await database.open()).close();
    await run(database.place, "insert into kysely_migration (name, timestamp) values ('9999-later', '')");
    await expect(database.open()).rejects.toMatchObject({ code: "store_newer", later: false });
    await run(database.place, "delete from kysely_migration where name = '9999-later'");
    await (await database.open()).close();
  });

  it("leave nothing behind when they are cut short, and go through the next time", async () => {
    database = await make();
    // The last table's name is taken, so that the migration fails after most of its statements.
    await run(database.place, "create table vault_keys (id text)");
    await expect(database.open()).rejects.toMatchObject({ code: "store_failed" });
    await expect(run(database.place, "select * from tenants")).rejects.toThrow();
    await run(database.place, "drop table vault_keys");
    const store = await database.open();
    expect(await store.tenants.get("t")).toBeUndefined();
    await store.close();
  });
});

it("lets three gateways bring an empty PostgreSQL to its tables at once", async () => {
  const { url, drop } = await newPostgres();
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ url })));
  await stores[0]?.tenants.add("t", { name: "t", madeBy: null, at: t0 });
  for (const store of stores) expect(await store.tenants.get("t")).toMatchObject({ name: "t" });
  await Promise.all(stores.map((store) => store.close()));
  expect(await run({ url }, history)).toHaveLength(Object.keys(migrations).length);
  await drop();
});
