// The programs of this machine that a deployment needs.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { Sentence, settings } from "../../scripts/settings.mjs";

/**
 * Runs a program to its end; its own complaints are shown. @throws Sentence where it fails
 * @param options as of `execFileSync`
 */
export function runProgram(program, args, options = {}) {
  try {
    execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  } catch {
    const words = [basename(program), ...args].join(" ");
    throw new Sentence(`This did not go well, and nothing after it was done: ${words}`);
  }
}

const programIn = (folders, name) =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
const onPath = () => settings.path().split(delimiter).filter(Boolean);

/** The path of nginx, or undefined. */
export const findNginx = () => programIn([...onPath(), "/usr/sbin", "/usr/local/sbin"], "nginx");

/** @throws Sentence */
export function nginxProgram() {
  const found = findNginx();
  if (found) return found;
  throw new Sentence(
    "There is no nginx. Install one (Debian: apt-get install nginx-light) and run this again.",
  );
}

/** PostgreSQL's own programs that a deployment runs. */
const postgresPrograms = ["initdb", "pg_ctl", "psql", "createuser", "createdb"];

/** The folder of PostgreSQL's programs, of version 14 or later, or undefined. */
export function findPostgres() {
  const packaged = "/usr/lib/postgresql";
  const versions = existsSync(packaged) ? readdirSync(packaged).filter((name) => Number(name) >= 14) : [];
  const folders = [...versions.sort((a, b) => b - a).map((name) => join(packaged, name, "bin")), ...onPath()];
  return folders.find((folder) => postgresPrograms.every((name) => existsSync(join(folder, name))));
}

/** The same. @throws Sentence */
export function postgresFolder() {
  const found = findPostgres();
  if (found) return found;
  throw new Sentence(
    "There is no PostgreSQL of version 14 or later with all its programs. Install one (Debian: apt-get install postgresql) and run this again.",
  );
}

/** A user to run PostgreSQL as, which refuses root; undefined where this is not root. @throws Sentence */
export function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (kind) => Number(execFileSync("id", [kind, "postgres"], { stdio: "pipe", encoding: "utf8" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    throw new Sentence(
      "There is no user postgres to run PostgreSQL as: install PostgreSQL by the machine's packages.",
    );
  }
}

/** Installs packages by apt-get; whether it went well. None of their services is started. */
export function aptInstall(names) {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return false;
  const env = {
    ...Object.fromEntries([["PATH", settings.path()]]),
    DEBIAN_FRONTEND: "noninteractive",
    RUNLEVEL: "1",
  };
  const run = (...args) =>
    spawnSync("apt-get", args, { stdio: "ignore", timeout: 180_000, env }).status === 0;
  // A package list that can't be brought up to date may still do.
  run("update", "-qq");
  return run("install", "-y", "-qq", "--no-install-recommends", ...names);
}
