// What every script does first: install what is missing, go on in the right Node, build.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { install, installNeeded } from "./install.mjs";
import { withLock } from "./preparation-lock.mjs";
import { findRuntime, isRunning, runAgainIn, spawnBound } from "./runtime.mjs";
import { root, Sentence, say, secondsSince } from "./settings.mjs";

const lockFile = join(root, ".data", "preparation.lock");
const locked = (work) => withLock(lockFile, work, { say });

/**
 * Comes back in the right Node with everything installed; in another Node it does not come back.
 * @param script the caller's `import.meta.url`
 */
export async function prepare(script) {
  if (installNeeded()) await locked(install);
  const node = findRuntime();
  if (!isRunning(node)) await runAgainIn(node, script);
  return node;
}

/** A dependency's program, as arguments for Node. */
export const program = (path) => join(root, "node_modules", ...path.split("/"));

/** Runs a dependency's program to its end and shows what it prints. Resolves to its exit status. */
export async function run(args, env = {}) {
  const child = spawnBound(process.execPath, args, { env });
  return await new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done(code ?? 1));
  });
}

/** `tsc -b`, silent when there is nothing to do. Returns whether it went well. */
export function build() {
  return locked(async () => {
    if (!existsSync(join(root, "packages", "sdk", "dist"))) say("Building …");
    const start = performance.now();
    const answer = spawnSync(process.execPath, [program("typescript/bin/tsc"), "-b", "--listEmittedFiles"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const lines = `${answer.stdout ?? ""}${answer.stderr ?? ""}`.split("\n").filter(Boolean);
    const emitted = lines.filter((line) => line.startsWith("TSFILE:"));
    const told = lines.filter((line) => !line.startsWith("TSFILE:"));
    if (told.length > 0) say(told.join("\n"));
    if (answer.status === 0 && emitted.length > 0)
      say(`Built ${emitted.length} files in ${secondsSince(start)}.`);
    return answer.status === 0;
  });
}

export async function built() {
  if (!(await build())) throw new Sentence("The build failed: see the errors above.");
}
