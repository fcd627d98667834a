import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { exportRowsTo } from "../../../src/commands/export.js";
import { importRowsFrom } from "../../../src/commands/import.js";
import { binariesFolder } from "../../support/postgres-binaries.js";
import { runCommand } from "./run-command.js";

const run = promisify(execFile);

/** How a PostgreSQL is copied to a file, and from it into an empty database. */
export interface PostgresCopies {
  readonly by: "pg_dump" | "export";
  dump(url: string, file: string): Promise<unknown>;
  restore(url: string, file: string): Promise<unknown>;
}

/**
 * The commands that operations.md names, of the machine's own PostgreSQL. What npm brings has none: there it is the gateway's
 * `export`, which the page names for that case.
 */
export function postgresCopies(env: Readonly<Record<string, string | undefined>>): PostgresCopies {
  const { TEST_DATABASE_URL: named, PATH = "" } = process.env;
  const folders = named ? PATH.split(delimiter) : [binariesFolder(PATH) ?? ""];
  const folder = folders.find((each) => each !== "" && existsSync(join(each, "pg_dump")));
  if (folder === undefined)
    return {
      by: "export",
      dump: (url, file) => runCommand(exportRowsTo, { ...env, DATABASE_URL: url }, file),
      restore: (url, file) => runCommand(importRowsFrom, { ...env, DATABASE_URL: url }, file),
    };
  const program = (name: string) => join(folder, name);
  return {
    by: "pg_dump",
    dump: (url, file) => run(program("pg_dump"), ["--format=custom", "--no-owner", `--file=${file}`, url]),
    restore: (url, file) =>
      run(program("pg_restore"), ["--no-owner", "--single-transaction", `--dbname=${url}`, file]),
  };
}
