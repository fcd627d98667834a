import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Order, ProcessTask, Word } from "./steering.js";

/** A gateway in a process of its own. */
export interface GatewayProcess {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** What it has written: its log, its sentences for the operator and its marks. */
  readonly lines: string[];
  /** Whether it has not ended. */
  alive(): boolean;
  /** Waits for a line. @throws Error where the process ends before, or where none comes within 20 s */
  until(wanted: (line: string) => boolean): Promise<void>;
  /** Steers it. */
  tell(order: Order): Promise<void>;
  /** Ends it, and waits until it has ended. SIGTERM lets it close in good order. */
  kill(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Lets it stand still (SIGSTOP), as a machine that sleeps. */
  stop(): void;
  /** Wakes it. */
  cont(): void;
}

const hooks = new URL("../../support/typescript-hooks.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("gateway-process.ts", import.meta.url));

/** Starts a gateway, and waits until it listens. @throws Error with what it said where it does not start */
export async function startProcess(task: ProcessTask): Promise<GatewayProcess> {
  const args = ["--disable-warning=ExperimentalWarning", "--import", hooks, program, JSON.stringify(task)];
  // What was read by one process is read sooner by the next.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "kunji-compiled-gateway") };
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env,
  });
  const lines: string[] = [];
  let rest = "";
  let complaint = "";
  let number = 0;
  const waiting = new Map<number, () => void>();
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ended = once(child, "close");
  const alive = () => child.exitCode === null && child.signalCode === null;
  const listening = new Promise<string>((resolve, reject) => {
    child.on("message", (word: Word) => {
      if (word.say === "listening") resolve(word.url);
      else waiting.get(word.number)?.();
    });
    void ended.then(() => reject(new Error(`A gateway did not start: ${complaint} ${lines.join("\n")}`)));
  });
  const url = await listening;
  const { pid = 0 } = child;
  return {
    name: task.name,
    url,
    pid,
    lines,
    alive,
    async until(wanted) {
      for (let i = 0; i < 4_000 && !lines.some(wanted); i++) {
        if (!alive()) {
          await ended;
          if (lines.some(wanted)) return;
          throw new Error(`The gateway has ended: ${complaint}`);
        }
        await wait(5);
      }
      if (!lines.some(wanted)) throw new Error("The line did not come.");
    },
    tell(order) {
      number += 1;
      const own = number;
      const done = new Promise<void>((resolve) => waiting.set(own, resolve));
      if (!alive()) return Promise.reject(new Error("The gateway has ended."));
      child.send({ number: own, order });
      return Promise.race([done, ended.then(() => undefined)]);
    },
    async kill(signal = "SIGKILL") {
      if (!alive()) return void (await ended);
      process.kill(pid, "SIGCONT");
      child.kill(signal);
      await ended;
      if (signal === "SIGTERM" && child.exitCode !== 0) throw new Error(`A gateway failed: ${complaint}`);
    },
    stop: () => void process.kill(pid, "SIGSTOP"),
    cont: () => void process.kill(pid, "SIGCONT"),
  };
}
