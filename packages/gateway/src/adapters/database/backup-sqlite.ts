import { open, rm } from "node:fs/promises";
import { StoreProblem } from "../../ports/store-problem.js";
import { problemOf } from "./guard.js";
import { readSqlite } from "./open-reader.js";

const broken = (): StoreProblem =>
  new StoreProblem("store_failed", "The copy is not sound: the database, or the disk, may be damaged.");

async function checkCopy(path: string): Promise<void> {
  const copy = await readSqlite(path);
  try {
    if (copy.pragma("quick_check", { simple: true }) !== "ok") throw broken();
  } finally {
    copy.close();
  }
}

/**
 * Copies a gateway's SQLite file as it is at one moment, while the gateway goes on, to a file that is there and empty. What was
 * erased is not in it. It waits until the copy outlives a power cut, and looks whether it is sound.
 * @throws StoreProblem; the copy is gone then
 */
export async function backupSqlite(file: string, to: string): Promise<void> {
  const source = await readSqlite(file);
  try {
    source.prepare("vacuum into ?").run(to);
    const copy = await open(to, "r+");
    await copy.sync().finally(() => copy.close());
    await checkCopy(to);
  } catch (error) {
    await rm(to, { force: true });
    throw problemOf(error);
  } finally {
    source.close();
  }
}
