import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectSqlite } from "../src/adapters/database/sqlite-connection.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-pragmas-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("waits for the disk at every commit", () => {
  const database = connectSqlite(join(folder, "full.db"));
  const pragma = (name: string) => database.pragma(name, { simple: true });
  expect([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")]).toEqual(["wal", 2, 1]);
  database.close();
});

it("overwrites what is erased, where another connection leaves it in the file", async () => {
  async function leftAfterErasing(open: (file: string) => Sqlite.Database): Promise<boolean> {
    const file = join(folder, `${randomBytes(4).toString("hex")}.db`);
    const secret = randomBytes(6_000).toString("hex");
    const database = open(file);
    database.exec("create table t (x)");
    database.prepare("insert into t values (?)").run(secret);
    database.exec("update t set x = null");
    database.pragma("wal_checkpoint(truncate)");
    database.close();
    return (await readFile(file, "latin1")).includes(secret.slice(-64));
  }
  expect(await leftAfterErasing(connectSqlite)).toBe(false);
  const careless = (file: string) => {
    const database = new Sqlite(file);
    database.pragma("secure_delete = OFF");
    return database;
  };
  expect(await leftAfterErasing(careless)).toBe(true);
});
