// A program as a process of its own: how long it takes to be ready, and what memory it holds.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { settings } from "../../scripts/settings.mjs";

const running = new Set();

/** Whatever ends this process ends what it has started. */
function endTogether() {
  process.once("exit", () => {
    for (const child of running) child.kill("SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
}
let bound = false;

/** The status of an answer, over a connection of its own. */
function statusOf(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    }).on("error", reject);
  });
}

/** Where a program listens, by the first address that it prints. */
function greeting(child, name) {
  let printed = "";
  return new Promise((resolve, reject) => {
    const heard = (text) => {
      printed += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (found) resolve(found[0]);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", heard);
    child.once("close", () => reject(new Error(`${name} did not start: ${printed}`)));
  });
}

/** Memory that a process holds in RAM (RSS), in MB of a million bytes. */
export function memoryMB(pid) {
  if (process.platform === "linux") {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return (Number(kibibytes) * 1_024) / 1e6;
  }
  const { stdout } = spawnSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return (Number(stdout) * 1_024) / 1e6;
}

/**
 * Starts a program, and waits until it is ready.
 * @param program `name`, `args` for Node, `env`, and the path that answers 200 once it is `ready`
 * @returns where it listens; `readyMs` from just before the process was started to that answer
 */
export async function startProgram({ name, args, env = {}, ready }) {
  if (!bound) endTogether();
  bound = true;
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: settings.path(), HOME: settings.home(), ...env },
  });
  running.add(child);
  const ended = once(child, "close").finally(() => running.delete(child));
  const url = await greeting(child, name);
  const status = await statusOf(url + ready);
  const readyMs = performance.now() - begun;
  if (status !== 200) throw new Error(`${name} is not ready once it listens: ${status}.`);
  return {
    url,
    readyMs,
    memoryMB: () => memoryMB(child.pid),
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(late);
    },
  };
}
