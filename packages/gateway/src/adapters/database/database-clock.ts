import type { Signals } from "../../ports/signals.js";

/** A clock that goes as the database's does, whatever the machine's clock says. */
export interface DatabaseClock {
  /** ms since 1970, UTC. Between two readings it goes forward alone. */
  now(): number;
  /** How far the machine's clock is ahead of the database's at this moment, in ms; negative where it is behind. */
  aheadMs(): number;
  /** Reads the database's clock where that is due. One that can't be read changes nothing: the clock goes on as it went. */
  follow(): Promise<void>;
}

export interface DatabaseClockOptions {
  /** Asks the database; ms since 1970, UTC. */
  readonly read: () => Promise<number>;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  /** The machine's clock, which is compared and never followed; ms since 1970, UTC. */
  readonly wall: () => number;
  readonly warn: Signals["warn"];
}

/** One answer of the database's. Its clock minus the one that only goes forward lies between the two, in ms. */
interface Reading {
  readonly least: number;
  readonly most: number;
}

/** In ms. */
const everyMs = 10_000;
/** How many readings are chosen from: those of the last minute. */
const kept = 6;
/** How many are taken to begin with: the first may be a slow one. */
const atStart = 3;
/** A smaller step back is waited out, in ms. */
const heldMs = 1_000;
/** From here on a machine's clock is told to be off, in ms. */
const offMs = 2_000;
/** How often it is told again, in ms. */
const tellAgainMs = 3_600_000;
/** Since the last look the machine's clock and the other one went differently by so much, in ms: one of them was moved or stood still. */
const jumpMs = 500;

const width = ({ least, most }: Reading): number => most - least;
const middle = ({ least, most }: Reading): number => (least + most) / 2;

/**
 * Begins to follow the database's clock. Of the last minute's readings the one with the shortest way is believed, with half of
 * that way taken off; one that contradicts it takes the place of all before it: the database's clock was set, or it is
 * another database.
 * @throws StoreProblem where the clock can't be read to begin with
 */
export async function openDatabaseClock({
  read,
  monotonicMs,
  wall,
  warn,
}: DatabaseClockOptions): Promise<DatabaseClock> {
  let readings: readonly Reading[] = [];
  let ahead = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let toldAt = Number.NEGATIVE_INFINITY;
  let between = wall() - monotonicMs();

  /** The database answers in whole ms, cut off: up to one more has passed. */
  async function take(): Promise<void> {
    const asked = monotonicMs();
    const answer = await read();
    const answered = monotonicMs();
    const reading = { least: answer - answered, most: answer + 1 - asked };
    const agree = readings.every(({ least, most }) => least <= reading.most && most >= reading.least);
    readings = [...(agree ? readings : []), reading].slice(-kept);
    ahead = middle(readings.reduce((best, one) => (width(one) <= width(best) ? one : best), reading));
    readAt = answered;
  }

  const now = (): number => {
    const at = Math.floor(monotonicMs() + ahead);
    if (at < last && last - at <= heldMs) return last;
    last = at;
    return at;
  };
  const aheadMs = (): number => Math.round(wall() - (monotonicMs() + ahead));

  function tell(): void {
    const ms = aheadMs();
    if (Math.abs(ms) <= offMs) toldAt = Number.NEGATIVE_INFINITY;
    else if (monotonicMs() - toldAt >= tellAgainMs) {
      toldAt = monotonicMs();
      warn("clock_off", { ahead_ms: ms });
    }
  }

  for (let taken = 0; taken < atStart; taken++) await take();
  tell();

  return {
    now,
    aheadMs,
    async follow() {
      const since = between;
      between = wall() - monotonicMs();
      const jumped = Math.abs(between - since) > jumpMs;
      if (!jumped && monotonicMs() - readAt < everyMs) return;
      try {
        await take();
      } catch {
        // The database is away: nothing is stored either, and the clock goes on.
        return;
      }
      tell();
    },
  };
}
