import { open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem, systemCode } from "../problem.js";
import { makeFolder } from "./files.js";

const waitMs = 60_000;
const stepMs = 20;
/** SQLITE_BUSY */
const busy = 5;

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    throw failed(error);
  }
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw failed(error);
  }
}

function failed(error: unknown): Problem {
  return new Problem(
    "store_failed",
    `A lock file can't be used (${systemCode(error) || "unknown reason"}).`,
    "Make the folder writable for you, or set KUNJI_DATA to a folder that is.",
  );
}

/**
 * Does the work while no other process holds the lock of that name. The lock is an empty SQLite file held in an
 * exclusive transaction: the operating system's own lock, which a process that is killed gives up.
 * @throws Problem `store_busy` after a minute, `store_failed`
 */
export async function withLock<T>(
  folder: string,
  name: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  await makeFolder(folder);
  const path = join(folder, `${name}.lock`);
  try {
    await (await open(path, "a", 0o600)).close();
  } catch (error) {
    throw failed(error);
  }
  const database = openLock(path);
  try {
    for (let waited = 0; !tryLock(database); waited += stepMs) {
      if (waited >= waitMs)
        throw new Problem(
          "store_busy",
          "Another kunji command has been using this session for a minute.",
          "Try again when it has ended.",
        );
      if (signal.aborted)
        throw new Problem("interrupted", "Stopped while waiting for another kunji command.");
      await sleep(stepMs);
    }
    return await work();
  } finally {
    database.close();
  }
}
