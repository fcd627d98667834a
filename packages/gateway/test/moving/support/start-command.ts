import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CommandCost } from "./command-process.js";

const hooks = new URL("../../support/typescript-hooks.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("command-process.ts", import.meta.url));

/** A command that runs as a process of its own. */
export interface StartedCommand {
  /** It has begun its work. */
  readonly began: Promise<unknown>;
  /** What it cost; `undefined` where it was killed. */
  readonly ended: Promise<CommandCost | undefined>;
  kill(): void;
}

/** Starts `backup`, `export` or `import` with these settings. */
export function startCommand(
  word: "backup" | "export" | "import",
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): StartedCommand {
  const args = ["--disable-warning=ExperimentalWarning", "--import", hooks, program, word, file];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, ...env },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const began = once(child.stdout, "data");
  const ended = once(child, "close").then(([code, signal]) => {
    if (signal === "SIGKILL") return undefined;
    if (code !== 0) throw new Error(`${word} ended with ${code}.`);
    return JSON.parse(text.trim().split("\n").at(-1) ?? "") as CommandCost;
  });
  return { began, ended, kill: () => void child.kill("SIGKILL") };
}
