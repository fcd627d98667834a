import { describe, expect, it } from "vitest";
import { type Job, startBackground } from "../../src/background.js";
import { deferred } from "./support/deferred.js";

/** A gateway's background whose waits end as they are told to. */
function background(jobs: readonly Job[]) {
  const waits: number[] = [];
  const warned: unknown[] = [];
  let wake: () => void = () => undefined;
  let waiting = deferred();
  const { stop } = startBackground(jobs, {
    signals: { warn: (what, facts) => void warned.push([what, facts]) },
    random: () => 0.5,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        wake = resolve;
        signal.addEventListener("abort", () => resolve());
        waiting.resolve();
      }),
  });
  return {
    waits,
    warned,
    stop,
    /** Comes once a job has nothing to do. */
    async idle() {
      await waiting.promise;
      waiting = deferred();
    },
    wake: () => wake(),
  };
}

describe("work in the background", () => {
  it("is done again at once while there is some, then waits", async () => {
    const found = [3, 1, 0, 0];
    let runs = 0;
    const { waits, idle, wake, stop } = background([
      { name: "job", everyMs: 1_000, run: async () => found[runs++] ?? 0 },
    ]);
    await idle();
    expect([runs, waits]).toEqual([3, [1_000]]);
    wake();
    await idle();
    expect([runs, waits]).toEqual([4, [1_000, 1_000]]);
    await stop();
    expect(runs).toBe(4);
  });

  it("that fails is signalled without its words, and tried again after growing waits until it succeeds", async () => {
    let runs = 0;
    const run = async () => {
      runs++;
      if (runs < 10) throw Object.assign(new Error("a secret"), { code: "store_busy" });
      return 0;
    };
    const { waits, warned, idle, wake, stop } = background([{ name: "job", everyMs: 1_000, run }]);
    for (let i = 0; i < 10; i++) {
      await idle();
      wake();
    }
    await idle();
    expect(waits.slice(0, 8)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(waits.slice(9)).toEqual([1_000, 1_000]);
    expect(warned).toHaveLength(9);
    expect(warned[0]).toEqual(["job_failed", { job: "job", failures: 1, code: "store_busy" }]);
    await stop();
  });

  it("is waited for when it is stopped", async () => {
    const begun = deferred();
    const end = deferred<number>();
    const { stop } = background([
      {
        name: "job",
        everyMs: 1_000,
        run() {
          begun.resolve();
          return end.promise;
        },
      },
    ]);
    await begun.promise;
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    end.resolve(5);
    await stopping;
    expect(stopped).toBe(true);
  });

  it("does not keep other work from being done", async () => {
    let runs = 0;
    const { idle, stop } = background([
      { name: "stuck", everyMs: 1, run: () => new Promise((resolve) => setTimeout(resolve, 50, 0)) },
      { name: "job", everyMs: 1, run: async () => Number(++runs < 5) },
    ]);
    await idle();
    expect(runs).toBe(5);
    await stop();
  });
});
