import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { withLock } from "../preparation-lock.mjs";

function place() {
  const folder = mkdtempSync(join(tmpdir(), "kunji-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "deep", "preparation.lock");
}
const quiet = { say() {}, pollMs: 1 };

it("lets one at a time through, and all of them in the end", async () => {
  const file = place();
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((done) => setImmediate(done));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, work, quiet)));
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

it("takes over the lock of a process that is gone", async () => {
  const file = place();
  await withLock(file, async () => {}, quiet);
  // No system gives out a number this high.
  writeFileSync(file, "999999999");
  expect(await withLock(file, async () => readFileSync(file, "utf8"), quiet)).toBe(String(process.pid));
});

it("waits for a process that lives, says so once, and gives up with a sentence", async () => {
  const file = place();
  await withLock(file, async () => {}, quiet);
  writeFileSync(file, String(process.pid));
  const said = [];
  const waiting = withLock(file, async () => {}, { say: (text) => said.push(text), pollMs: 1, limitMs: 20 });
  await expect(waiting).rejects.toThrow(/delete .*preparation\.lock/);
  expect(said).toHaveLength(1);
  expect(readFileSync(file, "utf8")).toBe(String(process.pid));
});

it("frees the lock when the work fails", async () => {
  const file = place();
  const failing = withLock(file, () => Promise.reject(new Error("no")), quiet);
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(file)).toBe(false);
});
