// The Node that we build and test with comes with the dependencies; the machine's own only has to get this far.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runtimePackage } from "./installed.mjs";
import { boundTo, environment, root, Sentence, settings } from "./settings.mjs";

const floor = [22, 19];

export function atLeastFloor(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > floor[0] || (major === floor[0] && minor >= floor[1]);
}

function bundled() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const path = join(root, "node_modules", runtimePackage(process.platform, process.arch), "bin", name);
  if (!existsSync(path)) return undefined;
  // It may be there and not run: a system with another C library.
  const answer = spawnSync(path, ["--version"], { encoding: "utf8" });
  return answer.status === 0 && atLeastFloor(answer.stdout.trim()) ? realpathSync(path) : undefined;
}

/** @throws Sentence where neither the dependencies nor the machine have a Node that will do */
export function findRuntime() {
  const found =
    bundled() ?? (atLeastFloor(process.versions.node) ? realpathSync(process.execPath) : undefined);
  if (found) return found;
  throw new Sentence(
    `The dependencies bring no Node for ${process.platform} on ${process.arch}, and this one is ` +
      `${process.versions.node}: install Node ${floor.join(".")} or later and run the same command again.`,
  );
}

export const isRunning = (node) => realpathSync(process.execPath) === node;

const endsWithParent = new URL("./ends-with-parent.mjs", import.meta.url).href;

/** `PATH` with the runtime and the dependencies' commands in front. */
export function pathWith(node) {
  return [dirname(node), join(root, "node_modules", ".bin"), settings.path()].join(delimiter);
}

/** How a program of ours is started: it ends when the one that started it is gone, however that ended. */
export function spawnBound(
  node,
  args,
  { env = {}, stdio = ["ignore", "inherit", "inherit"], detached = false },
) {
  return spawn(node, ["--import", endsWithParent, ...args], {
    cwd: root,
    stdio: [...stdio, "ipc"],
    detached: detached && process.platform !== "win32",
    env: environment({ PATH: pathWith(node), ...boundTo(process.pid), ...env }),
  });
}

/** Runs this script once more in that Node, with the same arguments, and ends as it ends. */
export async function runAgainIn(node, scriptUrl) {
  const child = spawnBound(node, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {});
  const pass = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  watchNpm(() => pass("SIGTERM"));
  const { code, signal } = await new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal }));
  });
  process.exit(signal ? 128 + 15 : (code ?? 1));
}

/** The parent's parent, where Linux tells it: between npm and us there is a shell. */
function grandparent() {
  try {
    return /\) \S (\d+)/.exec(readFileSync(`/proc/${process.ppid}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

/** npm that was killed outright says nothing: its child sees another parent. */
export function watchNpm(gone) {
  if (!settings.startedByNpm() || process.platform === "win32") return;
  const ancestors = () => `${process.ppid} ${grandparent()}`;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    gone();
  }, 1000);
  timer.unref();
}
