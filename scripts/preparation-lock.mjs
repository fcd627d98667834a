// One script at a time installs and builds. The lock is a file with the holder's process id; the lock of a process that
// is gone is taken over.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Sentence } from "./settings.mjs";

const waitLimitMs = 15 * 60_000;

function holder(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Renaming is atomic: of several that find the same dead holder, one moves its file away. */
function dropDead(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (holder(aside) === dead) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

/**
 * Runs `work` while holding the lock.
 * @throws Sentence after 15 minutes behind a living holder
 */
export async function withLock(file, work, { say, limitMs = waitLimitMs, pollMs = 200 }) {
  mkdirSync(dirname(file), { recursive: true });
  const start = performance.now();
  let told = false;
  while (!take(file)) {
    const pid = holder(file);
    // A holder that has not written its number yet reads as 0.
    if (pid && !alive(pid)) {
      dropDead(file, pid);
      continue;
    }
    if (performance.now() - start > limitMs) {
      throw new Sentence(
        `Another script of this clone has been installing for too long. If none is, delete ${file}.`,
      );
    }
    if (!told && pid) say("Another script of this clone is installing or building; waiting for it …");
    told = told || Boolean(pid);
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
