#!/usr/bin/env node
// Written so that Node 20 can run it: a newer Node is looked for where the dependencies bring one.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const floor = [22, 19];
const entry = new URL("../dist/main.js", import.meta.url);
const buildScript = fileURLToPath(new URL("../../../scripts/build.mjs", import.meta.url));

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

function newEnough() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > floor[0] || (major === floor[0] && minor >= floor[1]);
}

/** The Node that the dependencies bring for this machine. */
function broughtNode() {
  const windows = process.platform === "win32";
  const name = `node-${windows ? "win" : process.platform}-${process.arch}/bin/node${windows ? ".exe" : ""}`;
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? [])
    if (existsSync(`${folder}/${name}`)) return `${folder}/${name}`;
  return undefined;
}

function runIn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both: the command ends in its own way, and this process with it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", () =>
    fail(`Kunji needs Node ${floor.join(".")} or later: the one beside it does not run.`),
  );
  child.on("exit", (code) => process.exit(code ?? 1));
}

/** A fresh clone has nothing built yet. Its words go to stderr: stdout is the command's. */
function build() {
  if (!existsSync(buildScript)) fail("The package is incomplete: install @kunji/cli again.");
  const { status, stdout, stderr } = spawnSync(process.execPath, [buildScript], { encoding: "utf8" });
  if (status === 0 && existsSync(entry)) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  fail(
    "Kunji is not built, and building it failed: run npm ci in the repository, then the same command again.",
  );
}

if (newEnough()) {
  if (!existsSync(entry)) build();
  // Node 22 calls its SQLite experimental at every start.
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) =>
    rest[0] === "ExperimentalWarning" ? undefined : emitWarning.call(process, warning, ...rest);
  await import(entry.href);
} else {
  const node = broughtNode();
  if (node) runIn(node);
  else
    fail(
      `Kunji needs Node ${floor.join(".")} or later and this is ${process.versions.node}: install a newer Node.`,
    );
}
