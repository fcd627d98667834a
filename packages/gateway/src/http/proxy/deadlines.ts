/** Something that must be done by a time. */
export interface Expiring {
  /** On the clock that only goes forward, in ms. */
  expiresAt: number;
  expire(): void;
  /** It has time still: told each time that is looked at. */
  stillGoing(): void;
}

/** Ends what takes too long: one timer for all, since most are done long before. */
export interface Deadlines {
  add(one: Expiring): void;
  delete(one: Expiring): void;
  /** Stops once the last one is done. */
  stop(): void;
}

/** @param everyMs how late an end may come */
export function createDeadlines(monotonicMs: () => number, everyMs: number): Deadlines {
  const waiting = new Set<Expiring>();
  const timer = setInterval(() => {
    const now = monotonicMs();
    for (const one of waiting)
      if (one.expiresAt <= now) {
        waiting.delete(one);
        one.expire();
      } else one.stillGoing();
  }, everyMs).unref();
  let stopping = false;
  return {
    add: (one) => void waiting.add(one),
    delete(one) {
      waiting.delete(one);
      if (stopping && waiting.size === 0) clearInterval(timer);
    },
    stop() {
      stopping = true;
      if (waiting.size === 0) clearInterval(timer);
    },
  };
}
