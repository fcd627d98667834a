import { setTimeout as pauseFor } from "node:timers/promises";

/** Runs one work after the other; answers what it answers. */
export type WithRests = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets works of the gateway's own run one after the other, each followed by a rest as long as it took: what callers wait for is
 * done meanwhile.
 * @param monotonicMs a clock that only goes forward, in ms
 * @param stopping once it is aborted there are no rests
 */
export function createWithRests(monotonicMs: () => number, stopping?: AbortSignal): WithRests {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    let tookMs = 0;
    const done = before.then(async () => {
      const begun = monotonicMs();
      try {
        return await work();
      } finally {
        tookMs = monotonicMs() - begun;
      }
    });
    const rest = () => pauseFor(tookMs, undefined, stopping && { signal: stopping }).catch(() => undefined);
    before = done.then(rest, rest);
    return done;
  };
}
