import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/ports/store.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

/** The store, which hears of nothing that others change. */
const deaf = (store: Store): Store =>
  new Proxy(store, {
    get: (target, name) =>
      name === "listen" ? async () => async () => undefined : Reflect.get(target, name, target),
  });

describe("a key that was ended elsewhere", () => {
  let clock = 0;
  let database: TestDatabase;
  let world: ApiWorld;
  let other: Store;
  let reads = 0;
  beforeAll(async () => {
    database = await databases[1][1]();
    world = await newApiWorld(database, {
      monotonicMs: () => clock,
      ports: (ports) => {
        const { waysIn } = ports.store;
        const counting = {
          ...waysIn,
          apiKey: (hash: string) => {
            reads++;
            return waysIn.apiKey(hash);
          },
        };
        const store = new Proxy(deaf(ports.store), {
          get: (target, name) => (name === "waysIn" ? counting : Reflect.get(target, name, target)),
        });
        return { ...ports, store };
      },
    });
    other = await database.open();
    await withTenant(world, "acme", []);
  });
  afterAll(async () => {
    await other.close();
    await world.close();
  });

  const idOf = async (name: number): Promise<string> =>
    (await other.apiKeys.list("acme", { limit: 10 })).items.map(({ id }) => id)[name] ?? "";

  it("is refused within a second though no news came, and is read once in that second until then", async () => {
    const key = await world.newKey("acme", ["read"]);
    const call = async () => (await world.call("GET", "/v1/apps", { key })).status;
    expect(await call()).toBe(200);
    const before = reads;
    for (let i = 0; i < 10; i++) expect(await call()).toBe(200);
    expect(reads).toBe(before);
    for (let i = 0; i < 2; i++) await other.apiKeys.end("acme", await idOf(i), Date.now());
    clock += 1_000;
    expect(await call()).toBe(200);
    clock += 1;
    expect(await call()).toBe(401);
  });

  it("is refused at once where it was ended here, though no news came", async () => {
    const admin = await world.newKey("acme");
    const made = await world.call("POST", "/v1/keys", { key: admin, body: { name: "n", scopes: ["read"] } });
    const call = async () => (await world.call("GET", "/v1/apps", { key: made.body.key })).status;
    expect(await call()).toBe(200);
    await world.call("DELETE", `/v1/keys/${made.body.id}`, { key: admin });
    expect(await call()).toBe(401);
  });
});

it("hears from the database of a key that another gateway has ended", async () => {
  const database = await databases[1][1]();
  const world = await newApiWorld(database, { monotonicMs: () => 0 });
  await withTenant(world, "acme", []);
  const key = await world.newKey("acme", ["read"]);
  const call = async () => (await world.call("GET", "/v1/apps", { key })).status;
  expect(await call()).toBe(200);
  const other = await database.open();
  const { items } = await other.apiKeys.list("acme", { limit: 10 });
  for (const { id } of items) await other.apiKeys.end("acme", id, Date.now());
  expect(await call()).toBe(200);
  await other.changes.announce({ tenant: "acme", kind: "api_key", id: items[0]?.id ?? "" });
  await expect.poll(call).toBe(401);
  await other.close();
  await world.close();
});
