import { Pool, type PoolClient, type PoolConfig } from "pg";
import { StoreProblem } from "../../ports/store-problem.js";

/** How long, and with how many, one waits for a client of a pool that has none to spare. Times in ms. */
export interface PoolLine {
  /** The database is taken to be away where nobody in the line has moved up for so long. */
  readonly standstillMs: number;
  /** So long at most in a line that moves. */
  readonly longestWaitMs: number;
  /** Who would be behind so many is told at once that the database is busy. */
  readonly mostWaiting: number;
}

type Done = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (error?: Error | boolean) => void,
) => void;

interface Waiting {
  readonly since: number;
  go(): void;
  fail(problem: StoreProblem): void;
  timer: NodeJS.Timeout | undefined;
}

const away = (): StoreProblem =>
  new StoreProblem(
    "store_unreachable",
    "The database does not answer. Check that it runs and that DATABASE_URL names its host and port.",
  );
const busy = (): StoreProblem =>
  new StoreProblem("store_busy", "Too much waits for the database at this moment. Try again.");

/**
 * A pool whose clients are handed out in the order in which they were asked for. The driver's own limit on that wait counts a
 * burst of work as a database that is away, however fast it is answered: here a wait goes on while the line moves.
 */
export class LinePool extends Pool {
  readonly #max: number;
  readonly #limits: PoolLine;
  readonly #monotonicMs: () => number;
  readonly #line = new Set<Waiting>();
  readonly #handedOut = new Set<PoolClient>();
  /** Handed out, or on their way to somebody. */
  #taken = 0;
  #movedAt = Number.NEGATIVE_INFINITY;

  /** @param monotonicMs a clock that only goes forward, in ms */
  constructor(
    { max, ...config }: PoolConfig & { readonly max: number },
    limits: PoolLine,
    monotonicMs: () => number = () => performance.now(),
  ) {
    // A client limits the making of its own connection.
    super({ ...config, max, connectionTimeoutMillis: 0 });
    this.#max = max;
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    this.on("release", (_, client) => {
      if (this.#handedOut.delete(client)) this.#giveUpPlace();
    });
  }

  /** @throws StoreProblem `store_busy`, `store_unreachable`; what the driver throws */
  override connect = ((done?: Done) => {
    const taken = this.#take();
    if (!done) return taken;
    // The pool's own `query` asks so.
    taken.then(
      (client) => done(undefined, client, client.release),
      (error: Error) => done(error, undefined, () => undefined),
    );
  }) as Pool["connect"];

  async #take(): Promise<PoolClient> {
    if (this.#taken < this.#max) this.#taken++;
    else await this.#waitInLine();
    try {
      const client = await super.connect();
      this.#handedOut.add(client);
      return client;
    } catch (error) {
      this.#giveUpPlace();
      throw error;
    }
  }

  /** Whoever is first in the line takes the place over, once what runs now is over: by then the pool has its client back. */
  #giveUpPlace(): void {
    const [first] = this.#line;
    if (!first) {
      this.#taken--;
      return;
    }
    this.#movedAt = this.#monotonicMs();
    this.#leave(first);
    first.go();
  }

  #leave(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#line.delete(waiting);
  }

  #waitInLine(): Promise<void> {
    if (this.#line.size >= this.#limits.mostWaiting) return Promise.reject(busy());
    return new Promise((go, fail) => {
      const waiting: Waiting = { since: this.#monotonicMs(), go, fail, timer: undefined };
      this.#line.add(waiting);
      this.#watch(waiting);
    });
  }

  #watch(waiting: Waiting): void {
    const { standstillMs, longestWaitMs } = this.#limits;
    const movesUntil = Math.max(this.#movedAt, waiting.since) + standstillMs;
    const waitsUntil = waiting.since + longestWaitMs;
    const left = Math.min(movesUntil, waitsUntil) - this.#monotonicMs();
    if (left <= 0) {
      this.#leave(waiting);
      waiting.fail(movesUntil < waitsUntil ? away() : busy());
      return;
    }
    // In a process that has stood still, answers that lie ready are read first.
    waiting.timer = setTimeout(
      () => setImmediate(() => this.#line.has(waiting) && this.#watch(waiting)),
      Math.ceil(left),
    );
  }
}
