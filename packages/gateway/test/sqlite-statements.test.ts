import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type KeptStatements, keepStatements } from "../src/adapters/database/sqlite-statements.js";

let database: Sqlite.Database;
let prepared: string[];
let statements: KeptStatements;
beforeEach(() => {
  database = new Sqlite(":memory:");
  database.exec("create table t (a)");
  for (let a = 0; a < 3; a++) database.prepare("insert into t values (?)").run(a);
  prepared = [];
  const counting = {
    prepare(text: string) {
      prepared.push(text);
      return database.prepare(text);
    },
    close: () => database.close(),
  };
  statements = keepStatements(counting as unknown as Sqlite.Database, 2);
});
afterEach(() => void database.close());

const read = "select a from t where a >= ?";
const all = (text: string, ...parameters: readonly unknown[]) => statements.prepare(text).all(parameters);

it("prepares a statement once, and answers each time what is there then", () => {
  expect(all(read, 1)).toEqual([{ a: 1 }, { a: 2 }]);
  statements.prepare("insert into t values (?)").run([3]);
  expect(all(read, 2)).toEqual([{ a: 2 }, { a: 3 }]);
  expect(prepared).toEqual([read, "insert into t values (?)"]);
});

it("keeps those that were used last", () => {
  const [first, second, third] = ["select 1", "select 2", "select 3"];
  for (const text of [first, second, first, third, first, second]) all(text as string);
  expect(prepared).toEqual([first, second, third, second]);
});

it("may be asked for the same while its rows are read one by one", () => {
  const rows = statements.prepare(read).iterate([0]);
  expect(rows.next().value).toEqual({ a: 0 });
  expect(all(read, 2)).toEqual([{ a: 2 }]);
  expect([...rows]).toEqual([{ a: 1 }, { a: 2 }]);
});

it("prepares anew what it was told to forget", () => {
  all(read, 0);
  statements.forget();
  all(read, 0);
  expect(prepared).toEqual([read, read]);
});
