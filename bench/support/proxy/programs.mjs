// The programs that a benchmark starts: each on a core of its own where that can be had, and gone when the benchmark is.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { boundTo, environment, root } from "../../../scripts/settings.mjs";

const endsWithParent = new URL("../../../scripts/ends-with-parent.mjs", import.meta.url).href;
const living = new Set();

process.on("exit", () => {
  for (const child of living) child.kill("SIGTERM");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/**
 * Which core is whose, where programs can be held to one: what is measured has one of its own. All are `undefined` where they
 * can't, or where several processes are measured at once.
 */
export function coresFor(processes) {
  const count = availableParallelism();
  const canPin = spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;
  if (!canPin || count < 2 || processes > 1)
    return { load: undefined, broker: undefined, measured: undefined };
  return { load: 0, broker: count > 2 ? 1 : 0, measured: count - 1 };
}

/** A program and its arguments, held to a core where one is given. */
export const onCore = (core, line) => (core === undefined ? line : ["taskset", "-c", String(core), ...line]);

/** So many ports that nobody listens on just now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port))),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/**
 * Starts a program, and waits until `answers` does. What it prints is not kept, but for its complaints.
 * @throws Error with its complaints where it ends before that, or takes longer than half a minute
 */
export async function startProgram(line, { core, env = {}, answers }) {
  const [word, ...words] = onCore(core, line);
  const child = spawn(word, words, {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: environment(env),
  });
  living.add(child);
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const ended = new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code) => done(`status ${code}`));
  }).then((how) => {
    living.delete(child);
    return how;
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  };
  for (let tries = 0; !(await answers()); tries++) {
    if (living.has(child) && tries < 600) {
      await wait(50);
      continue;
    }
    const how = living.has(child) ? "no answer within half a minute" : await ended;
    await stop();
    throw new Error(`${line.slice(0, 2).join(" ")} did not start (${how}): ${complaint}`);
  }
  return { child, stop };
}

/** Starts a program of Node's. */
export const startNode = (args, { env, ...options }) =>
  startProgram([process.execPath, "--import", endsWithParent, ...args], {
    ...options,
    env: { ...boundTo(process.pid), ...env },
  });
