import { setTimeout as pauseFor } from "node:timers/promises";

/** Runs works a few at a time; answers what each answers. */
export type WithRests = <T>(work: () => Promise<T>) => Promise<T>;

/** Waits so many ms; not once it is aborted. */
export type Rest = (ms: number, stopping: AbortSignal | undefined) => Promise<unknown>;

const usualRest: Rest = (ms, stopping) =>
  pauseFor(ms, undefined, stopping && { signal: stopping }).catch(() => undefined);

/** So many run side by side: one that waits for the database holds not all of them up. */
const lanes = 2;
/** The longest rest, in ms: a database that is slow for all must not let works rest for ever. */
const longestMs = 50;

/**
 * Lets works of the gateway's own run two at a time, each followed by a rest as long as it took: what callers wait for is done
 * meanwhile.
 * @param monotonicMs a clock that only goes forward, in ms
 * @param stopping once it is aborted there are no rests
 */
export function createWithRests(
  monotonicMs: () => number,
  stopping?: AbortSignal,
  rest: Rest = usualRest,
): WithRests {
  const waiting: (() => void)[] = [];
  let free = lanes;

  async function take(): Promise<void> {
    if (free > 0) free--;
    else await new Promise<void>((go) => void waiting.push(go));
  }

  /** Whoever waits longest takes the place over. */
  async function giveUp(tookMs: number): Promise<void> {
    await rest(Math.min(tookMs, longestMs), stopping);
    const next = waiting.shift();
    if (next) next();
    else free++;
  }

  return async (work) => {
    await take();
    const begun = monotonicMs();
    try {
      return await work();
    } finally {
      void giveUp(monotonicMs() - begun);
    }
  };
}
