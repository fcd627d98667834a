import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../support/databases.js";
import { addTenant } from "../support/rows.js";
import { fill } from "./support/filled.js";
import { type Filling, fillingOf } from "./support/filling.js";
import { shapes } from "./support/shapes.js";

describe.each(databases)("a database that is filled past the store, %s", (_name, make) => {
  let database: TestDatabase;
  let filling: Filling;

  beforeEach(async () => {
    database = await make();
    const store = await database.open();
    await addTenant(store, "first");
    await store.close();
    filling = await fillingOf(database.place);
  });
  afterEach(async () => {
    await filling.close();
    await database.drop();
  });

  const count = async () => Number((await filling.ask("select count(*) as n from connections"))[0]?.n);
  const kept = async () => {
    const { constraints, indexes } = filling.words;
    const all = [...(await filling.ask(indexes)), ...(constraints ? await filling.ask(constraints) : [])];
    return all.map((row) => JSON.stringify(row)).sort();
  };
  const size = { name: "t", tenants: 2, connections: 30, shape: shapes.usual };

  it("has its indexes and constraints again, as they were", async () => {
    const before = await kept();
    expect(before.length).toBeGreaterThan(10);
    await fill([database.place], [size]);
    expect(await kept()).toEqual(before);
    expect(await count()).toBe(31);
  });

  it("is emptied first where that is said", async () => {
    await fill([database.place], [size], { emptied: true });
    expect(await count()).toBe(30);
  });
});
