// Rounds of load, the order turned round in each second one.
import { flawOfTarget, names } from "./targets.mjs";
import { load } from "./wrk.mjs";

/** How many callers there are at a time. */
export const connections = 64;

/**
 * Calls all targets in turn, many at a time and then one at a time, after a warm-up of each.
 * @returns `measured`, by target what each round found; `flaws`, in words, every answer that was not right
 */
export async function runRounds(targets, { rounds, seconds, core, say }) {
  const measured = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  const flaws = [];
  const note = (name, flaw) => {
    if (flaw) flaws.push(`${names[name]}: ${flaw}`);
  };
  const oneSeconds = Math.max(1, Math.round(seconds / 2));

  async function measure(name, target) {
    note(name, await flawOfTarget(target));
    const many = await load(target, { connections, seconds, core });
    note(name, many.flaw ?? (await flawOfTarget(target)));
    const one = await load(target, { connections: 1, seconds: oneSeconds, core });
    note(name, one.flaw ?? (await flawOfTarget(target)));
    return {
      perSecond: many.perSecond,
      p50Ms: many.p50Ms,
      p99Ms: many.p99Ms,
      oneP50Ms: one.p50Ms,
      oneP99Ms: one.p99Ms,
    };
  }

  const all = Object.entries(targets);
  for (const [name, target] of all) {
    const { flaw } = await load(target, { connections, seconds, core });
    note(name, flaw);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, target] of round % 2 === 0 ? all : all.toReversed())
      measured[name].push(await measure(name, target));
    const told = Object.entries(measured).map(
      ([name, found]) => `${name} ${Math.round(found.at(-1).perSecond)}`,
    );
    say(`  round ${round + 1}, requests a second: ${told.join(", ")}`);
  }
  return { measured, flaws };
}
