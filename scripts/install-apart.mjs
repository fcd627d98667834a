// What only a benchmark or a fault needs has a folder, a package.json and a lock of its own, and is installed at first use.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { whyInstall } from "./installed.mjs";
import { withLock } from "./preparation-lock.mjs";
import { environment, root, Sentence, say, secondsSince, settings } from "./settings.mjs";

/** Ends with npm's status, or with undefined where npm could not be started. */
function npmCi(folder) {
  const npm = settings.npmProgram();
  const byNode = npm?.endsWith(".js");
  const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn(byNode ? process.execPath : "npm", byNode ? [npm, ...flags] : flags, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: !byNode && process.platform === "win32",
    env: environment({ NODE_ENV: undefined, npm_config_omit: undefined }),
  });
  return new Promise((done) => {
    child.on("error", () => done(undefined));
    child.on("close", done);
  });
}

/** A folder with packages of its own. */
export function apart({ path, what }) {
  const folder = join(root, path);
  const parsed = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

  function installNeeded() {
    let installed;
    try {
      installed = parsed("node_modules/.package-lock.json");
    } catch {}
    return whyInstall(parsed("package-lock.json"), installed, process);
  }

  async function install() {
    const why = installNeeded();
    if (!why) return;
    say(`Installing ${what} (${why}) …`);
    const start = performance.now();
    if ((await npmCi(folder)) !== 0)
      throw new Sentence(
        `${what[0].toUpperCase()}${what.slice(1)} could not be installed. Is the package registry reachable? \`npm ping\` tells. ` +
          `Then run the same command again, or \`npm ci --ignore-scripts\` in ${path}.`,
      );
    say(`Installed in ${secondsSince(start)}.`);
  }

  let ready;
  return {
    folder,
    /** Installs what is there still to be installed; one process at a time. */
    ready() {
      ready ??= installNeeded()
        ? withLock(join(root, ".data", `${path.replaceAll("/", "-")}.lock`), install, { say })
        : Promise.resolve();
      return ready;
    },
    /** A package's version, such as "5.12.8". */
    versionOf(name) {
      const version = parsed("package-lock.json").packages[`node_modules/${name}`]?.version;
      if (version === undefined) throw new Sentence(`${path}/package.json does not name ${name}.`);
      return version;
    },
  };
}
