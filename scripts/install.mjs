import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { whyInstall } from "./installed.mjs";
import { environment, root, Sentence, say, secondsSince, settings } from "./settings.mjs";

function parsed(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

export function installNeeded() {
  const lock = parsed(join(root, "package-lock.json"));
  if (!lock)
    throw new Sentence("package-lock.json is missing or damaged: take it from the repository again.");
  const installed = parsed(join(root, "node_modules", ".package-lock.json"));
  return whyInstall(lock, installed, process);
}

/**
 * npm as a command. Not with the Node in node_modules, which `npm ci` deletes while it runs.
 */
function npm() {
  const program = settings.npmProgram();
  const node = settings.npmNode();
  if (program?.endsWith(".js") && existsSync(program)) {
    return { command: node && existsSync(node) ? node : process.execPath, args: [program], shell: false };
  }
  return { command: "npm", args: [], shell: process.platform === "win32" };
}

/** `npm ci`, when what is installed is not what package-lock.json says. */
export async function install() {
  const why = installNeeded();
  if (!why) return;
  say(`Installing the dependencies (${why}) …`);
  const start = performance.now();
  const { command, args, shell } = npm();
  const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const failure = await new Promise((done) => {
    const child = spawn(command, [...args, ...flags], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      shell,
      // What `npm start` and `npm test` set would reach the inner npm as its configuration.
      env: environment({
        npm_config_ignore_scripts: "true",
        NODE_ENV: undefined,
        npm_config_omit: undefined,
      }),
    });
    const ticking = setInterval(() => say(`  … still installing, ${secondsSince(start)}`), 15_000);
    child.on("error", () => done("npm could not be started: it comes with Node, see https://nodejs.org"));
    child.on("close", (code) => {
      clearInterval(ticking);
      done(code === 0 ? undefined : `npm ci ended with status ${code}`);
    });
  });
  if (failure) {
    throw new Sentence(
      `The dependencies could not be installed: ${failure}.\n` +
        "Is the package registry reachable? `npm ping` tells. Then run the same command again; nothing else is needed.",
    );
  }
  say(`Installed in ${secondsSince(start)}.`);
}
