import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { Ask, Io } from "./io.js";
import { environment, readSettings } from "./settings.js";

/** Asks on stderr, so that stdout holds the answer and nothing else. The library is loaded only here. */
const askUntil = (interrupted: AbortSignal): Ask => ({
  async text(question, otherwise) {
    const { isCancel, text } = await import("@clack/prompts");
    const initial = otherwise === undefined ? {} : { initialValue: otherwise };
    const shared = { output: process.stderr, signal: interrupted };
    const answer = await text({ message: question, ...shared, ...initial });
    return isCancel(answer) ? undefined : (answer ?? "");
  },
  async secret(question, over) {
    const { isCancel, password } = await import("@clack/prompts");
    const signal = over ? AbortSignal.any([interrupted, over]) : interrupted;
    // An empty mask: not even the length is shown.
    const shown = { message: `${question} (not shown)`, mask: "", output: process.stderr };
    const answer = await password({ ...shown, signal });
    return isCancel(answer) ? undefined : (answer ?? "");
  },
});

async function openBrowser(url: string): Promise<boolean> {
  if (!readSettings().display) return false;
  try {
    const { default: open } = await import("open");
    const child = await open(url);
    return await new Promise((resolve) => {
      child.once("error", () => resolve(false));
      child.once("exit", (code) => resolve(code === 0));
      // A browser that was started stays: what hasn't failed by now has opened.
      setTimeout(() => resolve(true), 1000).unref();
    });
  } catch {
    return false;
  }
}

function macAddress(): string | undefined {
  const cards = Object.values(networkInterfaces()).flatMap((card) => card ?? []);
  return cards.find(({ internal, mac }) => !internal && mac !== "00:00:00:00:00:00")?.mac.toUpperCase();
}

/** The world as this process finds it. */
export function terminal(interrupted: AbortSignal): Io {
  const asking = process.stdin.isTTY && process.stderr.isTTY ? { ask: askUntil(interrupted) } : {};
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: environment,
    fetch: (url, init) => fetch(url, init),
    now: Date.now,
    randomBytes,
    ...asking,
    openBrowser,
    interrupted,
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    macAddress,
  };
}
