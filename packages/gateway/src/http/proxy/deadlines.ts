/** Something that must be done by a time. */
export interface Expiring {
  /** On the clock that only goes forward, in ms. */
  expiresAt: number;
  expire(): void;
}

/** Ends what takes too long: one timer for all, since most are done long before. */
export interface Deadlines {
  add(one: Expiring): void;
  delete(one: Expiring): void;
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
      }
  }, everyMs).unref();
  return {
    add: (one) => void waiting.add(one),
    delete: (one) => void waiting.delete(one),
    stop: () => clearInterval(timer),
  };
}
