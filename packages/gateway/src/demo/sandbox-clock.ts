/** A clock that goes as the sandbox's does, so that moving that one moves the gateway's sessions with it. */
export interface SandboxClock {
  /** ms since 1970, UTC; the clock on the wall until the sandbox has answered */
  now(): number;
  /** Reads the sandbox's clock once; an answer that does not come changes nothing. */
  read(): Promise<void>;
}

interface Reading {
  readonly now: number;
  readonly mode: string;
}

function isReading(value: unknown): value is Reading {
  return typeof value === "object" && value !== null && Number.isFinite((value as Partial<Reading>).now);
}

/**
 * @param sandboxUrl the sandbox's origin
 * @param wall the clock on the wall, ms since 1970, UTC
 */
export function createSandboxClock(
  sandboxUrl: string,
  {
    fetch,
    wall,
  }: { readonly fetch: (url: string, init: RequestInit) => Promise<Response>; readonly wall: () => number },
): SandboxClock {
  let now = wall;
  return {
    now: () => now(),
    async read() {
      try {
        const answer = await fetch(`${sandboxUrl}/_sandbox/clock`, { signal: AbortSignal.timeout(2_000) });
        const reading: unknown = await answer.json();
        if (!isReading(reading)) return;
        const ahead = reading.now - wall();
        if (reading.mode === "frozen") now = () => reading.now;
        else now = reading.mode === "follow" ? wall : () => wall() + ahead;
      } catch {
        // The sandbox is away: the clock goes on as it did.
      }
    },
  };
}
