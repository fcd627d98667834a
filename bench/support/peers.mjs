// What the benchmarks are run beside: bench/peers/package.json names it, and the first benchmark that needs it installs it.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { whyInstall } from "../../scripts/installed.mjs";
import { withLock } from "../../scripts/preparation-lock.mjs";
import { environment, root, Sentence, say, secondsSince, settings } from "../../scripts/settings.mjs";
import { importPeer } from "../peers/import.mjs";

/** The folder whose node_modules holds the peers. */
export const peersFolder = join(root, "bench", "peers");

const parsed = (path) => JSON.parse(readFileSync(join(peersFolder, path), "utf8"));

function installNeeded() {
  let installed;
  try {
    installed = parsed("node_modules/.package-lock.json");
  } catch {}
  return whyInstall(parsed("package-lock.json"), installed, process);
}

/** Ends with npm's status, or with undefined where npm could not be started. */
function npmCi() {
  const npm = settings.npmProgram();
  const byNode = npm?.endsWith(".js");
  const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn(byNode ? process.execPath : "npm", byNode ? [npm, ...flags] : flags, {
    cwd: peersFolder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: !byNode && process.platform === "win32",
    env: environment({ NODE_ENV: undefined, npm_config_omit: undefined }),
  });
  return new Promise((done) => {
    child.on("error", () => done(undefined));
    child.on("close", done);
  });
}

async function install() {
  const why = installNeeded();
  if (!why) return;
  say(`Installing what is measured beside (${why}) …`);
  const start = performance.now();
  if ((await npmCi()) !== 0)
    throw new Sentence(
      "What is measured beside could not be installed. Is the package registry reachable? `npm ping` tells. " +
        "Then run the same command again, or `npm ci --ignore-scripts` in bench/peers.",
    );
  say(`Installed in ${secondsSince(start)}.`);
}

let ready;

/** Installs the peers where that is still to be done. For those that are started as programs; `peer` does it by itself. */
export function peersReady() {
  ready ??= installNeeded()
    ? withLock(join(root, ".data", "peers.lock"), install, { say })
    : Promise.resolve();
  return ready;
}

/** A peer's exports, as `import()` gives them: what is CommonJS has them under `default`. */
export async function peer(name) {
  await peersReady();
  return importPeer(name);
}

/** A peer's version, such as "5.12.8". */
export function versionOf(name) {
  const version = parsed("package-lock.json").packages[`node_modules/${name}`]?.version;
  if (version === undefined) throw new Sentence(`bench/peers/package.json does not name ${name}.`);
  return version;
}
