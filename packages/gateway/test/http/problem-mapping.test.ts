import { expect, it } from "vitest";
import { VaultError } from "../../src/domain/vault-error.js";
import { problemOf } from "../../src/http/problem-mapping.js";
import { StoreProblem, type StoreProblemCode } from "../../src/ports/store-problem.js";

const answered = (code: StoreProblemCode, databaseCode: string | null = null) => {
  const { status, code: said, facts } = problemOf(new StoreProblem(code, "A sentence.", databaseCode));
  return [status, said, facts.retryAfterS];
};

it.each([
  ["is away", "store_unreachable", null],
  ["is busy", "store_busy", null],
  ["has no space left, SQLite", "store_failed", "SQLITE_FULL"],
  ["can't be read, SQLite", "store_failed", "SQLITE_IOERR_READ"],
  ["may not be written, SQLite", "store_failed", "SQLITE_READONLY_DBMOVED"],
  ["is damaged, SQLite", "store_failed", "SQLITE_CORRUPT"],
  ["has no space left, PostgreSQL", "store_failed", "53100"],
  ["stands by, PostgreSQL", "store_failed", "25006"],
] as const)("a database that %s is a 503 to be tried again", (_, code, databaseCode) => {
  expect(answered(code, databaseCode)).toEqual([503, "unavailable", 1]);
});

it.each([["23505"], ["SQLITE_CONSTRAINT_UNIQUE"], ["42P01"], [null]])(
  "a fault of our own statements (%s) is a 500, which no repeat mends",
  (databaseCode) => {
    expect(answered("store_failed", databaseCode)).toEqual([500, "internal", undefined]);
  },
);

it("says whether it is the database that can't be used, or a key", () => {
  const detailOf = (error: Error) => problemOf(error).message;
  for (const databaseCode of [null, "SQLITE_FULL"]) {
    const code = databaseCode === null ? "store_unreachable" : "store_failed";
    expect(detailOf(new StoreProblem(code, "A sentence.", databaseCode))).toMatch(/can't use its database:/);
  }
  expect(detailOf(new VaultError("key_absent"))).toMatch(/lacks a key/);
});
