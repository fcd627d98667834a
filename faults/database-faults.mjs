// Lets the database fail under everything that somebody does, and asks whether what was answered is true.
import { failDatabase } from "../packages/gateway/test/faults/support/database-faults.ts";
import { failingDatabases } from "../packages/gateway/test/faults/support/failing-databases.ts";

export const about =
  "[changes of each flow, 6] [one of so many pairs, 1]: a database that fails under twelve flows; no success without a commit";

const isSound = ({ untrue, lost, wrong, unstruck }) =>
  [untrue, lost, wrong, unstruck].every(({ length }) => length === 0);

export async function run([changes = "6", oneOf = "1"], { say, keep }) {
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
    "",
    "faults and flows",
    "changes struck",
    "done all the same",
    "told as done, and not",
    "sessions lost",
  ],
  rows: Object.entries(databases).map(([kind, { pairs, struck, wentThrough, untrue, lost }]) =>
    [kind, pairs, struck, wentThrough, untrue.length, lost.length].map(String),
  ),
});
