import { createRequire } from "node:module";
import { join } from "node:path";
import { postgresUrl, runOn } from "../../packages/gateway/test/support/postgres.ts";
import { root } from "../../scripts/settings.mjs";

/** The versions of the databases that are measured. */
export async function databaseVersions() {
  const require = createRequire(join(root, "packages", "gateway", "package.json"));
  const Sqlite = require("better-sqlite3");
  const memory = new Sqlite(":memory:");
  const sqlite = memory.prepare("select sqlite_version()").pluck().get();
  memory.close();
  const [{ server_version: postgres }] = await runOn(await postgresUrl(), "show server_version");
  return { SQLite: sqlite, PostgreSQL: postgres };
}
