// Runs two PostgreSQL servers for as long as its standard input stays open: they end with whoever started them, however
// that ends. Arguments: binaries' folder, its own folder, uid, gid (-1 for nobody else's), two ports. It takes orders of
// `replica.ts`, a line of JSON each, and answers each with one.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ReplicaOrder, ServerName } from "./replica.js";

const [binaries = "", folder = "", uid = "-1", gid = "-1", ...portsGiven] = process.argv.slice(2);
const owner = uid === "-1" ? {} : { uid: Number(uid), gid: Number(gid) };
const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", HOME: folder };
const ports = { a: Number(portsGiven[0]), b: Number(portsGiven[1]) };
const dataOf = (name: ServerName): string => join(folder, name);
const running = new Map<ServerName, ChildProcess>();

function runProgram(name: string, args: readonly string[]): void {
  const done = spawnSync(join(binaries, name), args, { ...owner, env, cwd: folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${name}: ${done.error?.message ?? done.stderr}`);
}

function give(path: string): void {
  if (uid !== "-1") chownSync(path, Number(uid), Number(gid));
}

/** Makes a server the follower of another one, from when it is started. */
function follow(name: ServerName, other: ServerName): void {
  const signal = join(dataOf(name), "standby.signal");
  writeFileSync(signal, "");
  const file = join(dataOf(name), "postgresql.auto.conf");
  writeFileSync(
    file,
    `primary_conninfo = 'host=127.0.0.1 port=${ports[other]} user=kunji application_name=${name}'\n`,
  );
  for (const path of [signal, file]) give(path);
}

/** The two are one at first: what one holds, the other one holds too. */
function make(): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  give(folder);
  const how = ["-U", "kunji", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"];
  runProgram("initdb", ["-D", dataOf("a"), ...how]);
  mkdirSync(dataOf("b"), { mode: 0o700 });
  cpSync(dataOf("a"), dataOf("b"), { recursive: true });
  for (const path of ["", ...readdirSync(dataOf("b"), { recursive: true, encoding: "utf8" })])
    give(join(dataOf("b"), path));
  follow("b", "a");
}

function start(name: ServerName, settings: Readonly<Record<string, string>>): Promise<void> {
  const all = {
    port: String(ports[name]),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    full_page_writes: "off",
    shared_buffers: "32MB",
    wal_keep_size: "256MB",
    ...settings,
  };
  const given = Object.entries(all).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const child = spawn(join(binaries, "postgres"), ["-D", dataOf(name), ...given], {
    ...owner,
    env,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.set(name, child);
  let log = "";
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-20_000);
      if (/ready to accept (?:read-only )?connections/.test(log)) resolve();
    });
    child.on("exit", () => {
      if (running.get(name) === child) running.delete(name);
      reject(new Error(log));
    });
  });
}

async function end(name: ServerName, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  const child = running.get(name);
  if (!child) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

async function obey(order: ReplicaOrder): Promise<void> {
  if (order.do === "start") return start(order.name, order.settings);
  if (order.do !== "copy") return end(order.name, order.do === "stop" ? "SIGINT" : "SIGQUIT");
  const { name, of } = order;
  await end(name, "SIGQUIT");
  rmSync(dataOf(name), { recursive: true, force: true });
  const from = ["-h", "127.0.0.1", "-p", String(ports[of]), "-U", "kunji", "-c", "fast", "--no-sync"];
  runProgram("pg_basebackup", ["-D", dataOf(name), ...from]);
  follow(name, of);
}

async function endAll(): Promise<void> {
  await Promise.all([end("a", "SIGQUIT"), end("b", "SIGQUIT")]);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

const tell = (word: string): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
try {
  make();
  tell("");
} catch (error) {
  tell(said(error));
}
createInterface({ input: process.stdin })
  .on("line", (line) => {
    obey(JSON.parse(line) as ReplicaOrder).then(
      () => tell(""),
      (error: unknown) => tell(said(error)),
    );
  })
  .on("close", () => void endAll());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void endAll());
process.stdout.on("error", () => undefined);
