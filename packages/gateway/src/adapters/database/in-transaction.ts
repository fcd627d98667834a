import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { StoreProblem } from "../../ports/store-problem.js";
import type { Place } from "./tables.js";

/** How often a transaction is begun again that the database has undone in another one's favour. */
const repeats = 3;
/** A deadlock, and a row that changed under a transaction: the database has undone all of it. */
const undone: readonly unknown[] = ["40P01", "40001"];

const mayRepeat = (error: unknown): boolean =>
  error instanceof StoreProblem && undone.includes(error.databaseCode);

/**
 * Runs the work in a transaction of its own. What the database undoes in favour of another transaction is done again, up to
 * three times, a few ms later: so the work must change nothing but the database.
 */
export async function inTransaction<T>(place: Place, work: (within: Place) => Promise<T>): Promise<T> {
  for (let again = 0; ; again++)
    try {
      return await place.db.transaction().execute((db) => work({ ...place, db }));
    } catch (error) {
      if (again === repeats || !mayRepeat(error)) throw error;
      await pause(randomInt(5, 20 * 2 ** again));
    }
}
