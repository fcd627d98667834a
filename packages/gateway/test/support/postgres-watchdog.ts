// Runs a PostgreSQL for as long as its standard input stays open: it ends with whoever started it, however that
// ends. Arguments: binaries' folder, its own folder, uid, gid (-1 for nobody else's), then settings that differ from those
// below, such as full_page_writes=on. Prints "ready" once.
import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const [binaries = "", folder = "", uid = "-1", gid = "-1", ...differing] = process.argv.slice(2);
const owner = uid === "-1" ? {} : { uid: Number(uid), gid: Number(gid) };
const data = join(folder, "data");
const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", HOME: folder };

function fail(why: string): never {
  process.stdout.write(`failed ${why}\n`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}

mkdirSync(folder, { recursive: true, mode: 0o700 });
if (uid !== "-1") chownSync(folder, Number(uid), Number(gid));
const made = spawnSync(
  join(binaries, "initdb"),
  ["-D", data, "-U", "kunji", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
  { ...owner, env, cwd: folder, encoding: "utf8" },
);
if (made.status !== 0) fail(`initdb: ${made.error?.message ?? made.stderr}`.replaceAll("\n", " "));

const settings = [
  `unix_socket_directories=${folder}`,
  "listen_addresses=",
  "fsync=off",
  "full_page_writes=off",
  "max_connections=200",
  "shared_buffers=32MB",
  // Of two settings of one name the later one counts.
  ...differing,
];
const server = spawn(join(binaries, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
  ...owner,
  env,
  cwd: folder,
  stdio: ["ignore", "ignore", "pipe"],
});
let log = "";
let ready = false;
server.stderr.setEncoding("utf8").on("data", (text: string) => {
  if (ready) return;
  log += text;
  ready = log.includes("ready to accept connections");
  if (ready) process.stdout.write("ready\n");
});
server.on("error", (error) => fail(error.message));
server.on("exit", () => {
  if (!ready) fail(log.replaceAll("\n", " "));
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

// SIGINT: disconnects everybody and ends.
const end = (): void => void server.kill("SIGINT");
process.stdin.on("end", end).on("close", end).on("error", end).resume();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
process.stdout.on("error", () => undefined);
