import { setTimeout as wait } from "node:timers/promises";
import { errorCode } from "./domain/error-code.js";
import type { Signals } from "./ports/signals.js";

/** Work that is done again and again. */
export interface Job {
  readonly name: string;
  /** How long to wait where there was nothing to do, in ms. */
  readonly everyMs: number;
  /** Answers how much there was to do: it is run again at once while that isn't 0. `stopping` asks a long one to end. */
  run(stopping: AbortSignal): Promise<number>;
}

export interface BackgroundOptions {
  readonly signals: Pick<Signals, "warn">;
  /** From 0 to 1, by chance. */
  readonly random: () => number;
  /** Waits so many ms, or until the signal; `node:timers/promises` by default. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The longest wait after failures in a row, in ms. */
const longestMs = 60_000;

const untilAborted = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);

async function keepRunning(
  { name, everyMs, run }: Job,
  { signals, random, wait = untilAborted }: BackgroundOptions,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const found = await run(signal);
      failures = 0;
      if (found > 0) continue;
    } catch (error) {
      failures++;
      signals.warn("job_failed", { job: name, failures, code: errorCode(error) });
    }
    if (signal.aborted) return;
    const ms = Math.min(everyMs * 2 ** Math.min(failures, 16), Math.max(everyMs, longestMs));
    await wait(ms * (0.75 + 0.5 * random()), signal);
  }
}

/**
 * Runs jobs, each on its own, until they are stopped: again at once while one finds work, else after `everyMs`, give or take a
 * quarter. One that throws is signalled and tried again after a growing wait.
 */
export function startBackground(
  jobs: readonly Job[],
  options: BackgroundOptions,
): { /** Ends it; waits for the runs that have begun. */ stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = jobs.map((job) => keepRunning(job, options, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
