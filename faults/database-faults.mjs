// Lets the database fail under everything that somebody does, and asks whether what was answered is true.
import { failDatabase } from "../packages/gateway/test/faults/support/database-faults.ts";
import { failingDatabases } from "../packages/gateway/test/faults/support/failing-databases.ts";

export const about =
  "[changes of each flow, 6] [one of so many pairs, 1] | short: a database that fails under twelve flows; no success without a commit";

const isSound = ({ untrue, lost, wrong, unstruck }) =>
  [untrue, lost, wrong, unstruck].every(({ length }) => length === 0);

export async function run(args, { say, keep }) {
  const [changes = "6", oneOf = "1"] = args.includes("short") ? ["1", "6"] : args;
  const given = { changes: Number(changes), oneOf: Number(oneOf) };
  if (!Object.values(given).every((number) => Number.isInteger(number) && number > 0))
    throw new Error("Say how many changes of each flow meet a fault, such as 6, and which share is tried.");
  const databases = {};
  const figures = () => ({ sound: Object.values(databases).every(isSound), ...given, databases });
  for (const [kind, open] of failingDatabases) {
    const failing = await open();
    const onFault = (fault, found) => {
      databases[kind] = { faults: failing.faults.length, ...found };
      say(`${kind}: ${fault}: ${found.pairs} pairs, ${found.struck} struck, ${found.untrue.length} untrue`);
      keep(figures());
    };
    await failDatabase({ failing, ...given, onFault });
  }
  return figures();
}

/** The figures as a table. */
export const table = ({ databases }) => ({
  columns: [
    "database",
    "faults and flows",
    "changes struck",
    "done all the same",
    "told and not done",
    "lost",
  ],
  rows: Object.entries(databases).map(([kind, { pairs, struck, wentThrough, untrue, lost }]) => [
    kind,
    pairs,
    struck,
    wentThrough,
    untrue.length,
    lost.length,
  ]),
  goals: Object.entries(databases).map(([kind, found]) => ({
    goal: `${kind}: every fault in each of twelve flows, and no success without a commit`,
    figure: `${found.pairs} of ${found.faults * 12} pairs, ${found.untrue.length + found.lost.length} wrong`,
    met: found.pairs === found.faults * 12 && isSound(found),
  })),
});
