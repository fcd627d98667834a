import { setTimeout as pauseFor } from "node:timers/promises";

/** Works that run side by side. */
export interface WorksUnderWay {
  /** @param work does not reject */
  add(work: Promise<void>): void;
  count(): number;
  /** Resolves when the next of them ends: the same promise for all who ask before. */
  freed(): Promise<void>;
}

export function createWorksUnderWay(): WorksUnderWay {
  let count = 0;
  let freed: () => void = () => undefined;
  const another = () =>
    new Promise<void>((resolve) => {
      freed = resolve;
    });
  let next = another();
  return {
    add(work) {
      count += 1;
      void work.then(() => {
        count -= 1;
        freed();
        next = another();
      });
    },
    count: () => count,
    freed: () => next,
  };
}

/** Waits for a promise that does not reject, but for so many ms at most. */
export async function atMost(ms: number, awaited: Promise<void>): Promise<void> {
  const done = new AbortController();
  const pause = pauseFor(ms, undefined, { ref: false, signal: done.signal }).catch(() => undefined);
  await Promise.race([awaited, pause]);
  done.abort();
}
