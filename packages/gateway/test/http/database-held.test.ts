import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases, type TestDatabase } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

let database: TestDatabase;
let world: ApiWorld;
let key: string;

beforeAll(async () => {
  database = await databases[0][1]();
  world = await newApiWorld(database);
  key = await withTenant(world, "acme");
});
afterAll(() => world.close());

const create = () =>
  world.call("POST", "/v1/connections", { key, body: { app: "zebu", user: "asha", return_url: returnUrl } });

it("answers 503 while another program holds the SQLite file, and goes on when it lets go", async () => {
  if (!("file" in database.place)) throw new Error("This test is of a file.");
  expect((await create()).status).toBe(201);
  const other = new Sqlite(database.place.file, { timeout: 0 });
  other.exec("begin immediate");
  const refused = await create();
  expect(refused.status).toBe(503);
  expect(refused.body).toMatchObject({ code: "unavailable" });
  expect(refused.headers.get("retry-after")).toBe("1");
  other.exec("rollback");
  other.close();
  expect((await create()).status).toBe(201);
}, 40_000);
