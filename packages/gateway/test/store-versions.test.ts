import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkVersion } from "../src/adapters/database/postgres-version.js";
import { newPostgres } from "./support/postgres.js";

const folder = new URL("../src/adapters/database/migrations/", import.meta.url);

/** A database somewhere was made by these: a change belongs into the next one. */
const released: Readonly<Record<string, string>> = {
  "0001-first-tables.ts": "e6f13bfc075eacfd",
  "0002-audit-and-kept-answers.ts": "16593c3581818fcc",
  "0003-key-rotation.ts": "06b66b1d569ae34c",
  "0004-egress-and-order-budgets.ts": "05871777fb5007f5",
  "0005-webhooks-and-audit-chain.ts": "9ac6728f4f567cee",
  "0006-lists-at-size.ts": "681c568cc34c11db",
  "0007-app-display.ts": "6a3891b73dbcdece",
  "0008-operators.ts": "caa76e5a55c9ff73",
  "0009-pages-at-size.ts": "ac9011fdc999c388",
};

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

it("changes no migration that databases were made by", () => {
  const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const now = Object.fromEntries(
    files.map((name) => [name, digestOf(readFileSync(new URL(name, folder), "utf8"))]),
  );
  expect(now).toEqual(released);
});

let server: Awaited<ReturnType<typeof newPostgres>>;
let db: Kysely<unknown>;
beforeAll(async () => {
  server = await newPostgres();
  db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: server.url }) }) });
});
afterAll(async () => {
  await db.destroy();
  await server.drop();
});

it("refuses a PostgreSQL that is too old, and takes this one", async () => {
  await expect(checkVersion(db, 9_990_000)).rejects.toMatchObject({ code: "store_too_old", later: false });
  await expect(checkVersion(db)).resolves.toBeUndefined();
});
