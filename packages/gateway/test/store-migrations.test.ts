import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrations } from "../src/adapters/database/migrations/index.js";
import { openStore } from "../src/adapters/database/open-store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { newPostgres } from "./support/postgres.js";
import { addTenant, t0, textOf } from "./support/rows.js";
import { runStatement } from "./support/run-statement.js";
import { fillVersion0001 } from "./support/version-0001.js";

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
    expect(await runStatement(database.place, history)).toEqual(names);
    const second = await database.open();
    expect(await runStatement(database.place, history)).toEqual(names);
    const connection = await second.connections.get("t", "c1");
    expect(connection).toMatchObject({ generation: 1, createdAt: t0 });
    expect(textOf(connection?.sealedSession)).toBe("first");
    await second.close();
  });

  it("leave a database alone that a later version has been at", async () => {
    database = await make();
    await (await database.open()).close();
    await runStatement(
      database.place,
      "insert into kysely_migration (name, timestamp) values ('9999-later', '')",
    );
    await expect(database.open()).rejects.toMatchObject({ code: "store_newer", later: false });
    await runStatement(database.place, "delete from kysely_migration where name = '9999-later'");
    await (await database.open()).close();
  });

  it("leave nothing behind when they are cut short, and go through the next time", async () => {
    database = await make();
    // The last table's name is taken, so that the migration fails after most of its statements.
    await runStatement(database.place, "create table vault_keys (id text)");
    await expect(database.open()).rejects.toMatchObject({ code: "store_failed" });
    await expect(runStatement(database.place, "select * from tenants")).rejects.toThrow();
    await runStatement(database.place, "drop table vault_keys");
    const store = await database.open();
    expect(await store.tenants.get("t")).toBeUndefined();
    await store.close();
  });
});

describe.each(databases)("a database of version 0001 on %s", (_name, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
    await fillVersion0001(database.place);
  });
  afterEach(() => database.drop());

  it("keeps its rows, takes what is new for what it was until now, and has no links", async () => {
    const store = await database.open();
    expect(await store.tenants.get("t")).toEqual({
      id: "t",
      name: "Tenant",
      madeBy: null,
      createdAt: t0,
      endedAt: null,
    });
    expect(await store.waysIn.apiKey("key hash")).toMatchObject({ scopes: ["proxy"], calls: ["read"] });
    const connection = await store.connections.get("t", "c1");
    expect(connection).toMatchObject({
      user: "u1",
      status: "active",
      generation: 3,
      endsAt: t0 + 9,
      returnUrl: "",
      warnedEveningAt: null,
      warnedSoonAt: null,
    });
    expect(textOf(connection?.sealedSession)).toBe("sealed");
    const claim = { handle: "handle", broker: "zebu", browserHash: "browser", now: t0 } as const;
    expect(await store.attempts.take("t", claim)).toMatchObject({ connection: "c1" });
    expect(await store.codes.take("t", { connection: "c1", hash: "code", now: t0 })).toBeDefined();
    expect(await store.vendorSessions.get("t", "a1")).toMatchObject({ generation: 2 });
    await expect(runStatement(database.place, "select * from links")).rejects.toThrow();
    await store.close();
  });

  it("counts on where it was, and counts the audit from one", async () => {
    const store = await database.open();
    const event = { id: "e8", type: "t", connection: "c1", data: "{}", at: t0 };
    expect((await store.events.append("t", event))?.sequence).toBe(8);
    expect((await store.events.list("t", 0, 9)).map(({ id }) => id)).toEqual(["e7", "e8"]);
    expect((await store.webhooks.deliveries("t", "w1", 0, 9)).map(({ sequence }) => sequence)).toEqual([
      7, 8,
    ]);
    const record = { at: t0, key: null, action: "app.put", kind: "app", id: "a1" } as const;
    expect((await store.audit.append("t", record))?.sequence).toBe(1);
    await store.close();
  });

  it("stays as it was where the way to this version is cut short", async () => {
    await runStatement(database.place, "create table audit (id text)");
    await expect(database.open()).rejects.toMatchObject({ code: "store_failed" });
    expect(await runStatement(database.place, history)).toEqual([{ name: "0001-first-tables" }]);
    expect(await runStatement(database.place, "select hash from links")).toEqual([{ hash: "link" }]);
    await runStatement(database.place, "drop table audit");
    const store = await database.open();
    expect(await store.connections.get("t", "c1")).toMatchObject({ returnUrl: "" });
    await store.close();
  });
});

it("lets three gateways bring an empty PostgreSQL to its tables at once", async () => {
  const { url, drop } = await newPostgres();
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ url })));
  await stores[0]?.tenants.add("t", { name: "t", madeBy: null, at: t0 });
  for (const store of stores) expect(await store.tenants.get("t")).toMatchObject({ name: "t" });
  await Promise.all(stores.map((store) => store.close()));
  expect(await runStatement({ url }, history)).toHaveLength(Object.keys(migrations).length);
  await drop();
});
