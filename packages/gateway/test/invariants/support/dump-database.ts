import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runOn } from "../../support/postgres.js";
import type { Sink } from "./secret-search.js";

/** Every byte of a SQLite database's files. */
export async function dumpFiles(folder: string): Promise<readonly Sink[]> {
  const names = (await readdir(folder)).filter((name) => name.includes(".sqlite"));
  return Promise.all(
    names.map(async (name) => ({
      where: name,
      text: (await readFile(join(folder, name))).toString("latin1"),
    })),
  );
}

/** Every row of every table of a PostgreSQL database. */
export async function dumpTables(url: string): Promise<readonly Sink[]> {
  const tables = await runOn(url, "select tablename from pg_tables where schemaname = 'public'");
  return Promise.all(
    tables.map(async ({ tablename }) => {
      const rows = await runOn(url, `select t::text as line from "${tablename}" t`);
      return { where: `table ${tablename}`, text: rows.map(({ line }) => line).join("\n") };
    }),
  );
}
