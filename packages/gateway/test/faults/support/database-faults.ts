import { type ApiWorld, newApiWorld } from "../../http/support/api-world.js";
import type { FailingDatabase } from "./failing-databases.js";
import { type Flow, flowsOf } from "./flows-to-fail.js";

/** What came of a database that fails in everything that somebody does. */
export interface DatabaseFaults {
  /** Pairs of a fault and a thing that was done. */
  pairs: number;
  /** Requests in which the fault befell a change; each thing is tried with its first change, its second, and so on. */
  struck: number;
  /** Of those, answered as done all the same: tried again within, or not touched by it. */
  wentThrough: number;
  /** Controls: the same without a fault, each of which must be done. */
  controls: number;
  /** By the status of those that were not. */
  readonly statuses: Record<number, number>;
  /** Answers that say done where nothing is; each in a sentence, as are the following. */
  readonly untrue: string[];
  /** Sessions that a broker has handed out, and that are neither on file nor in doubt. */
  readonly lost: string[];
  /** Answers that no fault of a database may give. */
  readonly wrong: string[];
  /** Pairs without a change that the fault could befall. */
  readonly unstruck: string[];
}

export interface Failing {
  readonly failing: FailingDatabase;
  /** How many changes of each thing meet the fault, one after the other in turn. */
  readonly changes: number;
  /** Of so many pairs one is tried, each fault and each thing in some of them; all if not given. */
  readonly oneOf?: number;
  /** What is done; the twelve flows if not given. */
  readonly flows?: (world: ApiWorld) => Promise<Readonly<Record<string, Flow>>>;
  readonly onFault?: (fault: string, found: DatabaseFaults) => void;
}

/** What the gateway may say while its database fails: that it can't, for now or for good, or the way back to the app. */
const allowed = [303, 500, 503];

export async function failDatabase(wish: Failing): Promise<DatabaseFaults> {
  const { failing, changes, oneOf = 1, flows: make = flowsOf, onFault } = wish;
  const found: DatabaseFaults = {
    pairs: 0,
    struck: 0,
    wentThrough: 0,
    controls: 0,
    statuses: {},
    untrue: [],
    lost: [],
    wrong: [],
    unstruck: [],
  };
  const world = await newApiWorld(failing.database);
  let names = 0;

  async function once(what: string, flow: Flow, fault: string | undefined, nth: number): Promise<boolean> {
    const act = await flow(`name-${++names}`);
    if (fault) await failing.arm(fault, nth);
    const tried = await act();
    const struck = fault !== undefined && (await failing.disarm());
    const { status, said, done, kept } = tried;
    if (said && !(await done())) found.untrue.push(what);
    if (kept && !(await kept())) found.lost.push(what);
    if (!struck) {
      if (!said) found.wrong.push(`${what}: ${status} without a fault`);
      return false;
    }
    found.struck++;
    if (said) found.wentThrough++;
    else found.statuses[status] = (found.statuses[status] ?? 0) + 1;
    if (!said && !allowed.includes(status)) found.wrong.push(`${what}: ${status}`);
    return true;
  }

  try {
    const flows = Object.entries(await make(world));
    for (const [i, fault] of failing.faults.entries()) {
      for (const [name, flow] of flows.filter((_, n) => (n + i) % oneOf === 0)) {
        const what = `${name}, ${fault}`;
        found.pairs++;
        for (let nth = 1; nth <= changes; nth++) {
          if (await once(`${what}, at change ${nth}`, flow, fault, nth)) continue;
          if (nth === 1) found.unstruck.push(what);
          break;
        }
        await once(`${name} behind ${fault}`, flow, undefined, 1);
        found.controls++;
      }
      onFault?.(fault, found);
    }
    return found;
  } finally {
    await world.close();
    await failing.close();
  }
}
