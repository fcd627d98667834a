// Kills the way from the first version's tables to this one's before each of its statements, on both databases.
import { killMigrations } from "../packages/gateway/test/faults/support/killed-migrations.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";

export const about =
  "[rows, 10000] [kills; at each statement if not given] | short: a migration killed before each of its statements";

const isSound = ({ kills, notThrough, lost }) => kills > 0 && notThrough.length === 0 && lost.length === 0;

export async function run(args, { say, keep }) {
  const [rows, count] = (args.includes("short") ? ["1000", "3"] : [args[0] ?? "10000", args[1]]).map(
    (text) => (text === undefined ? undefined : Number(text)),
  );
  if (![rows, count].every((number) => number === undefined || (Number.isInteger(number) && number > 0)))
    throw new Error("Say how many rows there are, such as 10000, and how many kills.");
  const found = {};
  const figures = () => ({ sound: Object.values(found).every(isSound), databases: found });
  for (const [kind, make] of databases) {
    const onKill = (killed) => {
      found[kind] = killed;
      if (killed.kills % 20 !== 1) return;
      say(`${kind}: killed ${killed.kills} times; ${killed.statements} statements in all`);
      keep(figures());
    };
    found[kind] = await killMigrations(make, { rows, count, onKill });
  }
  return figures();
}

/** The figures as a table. */
export const table = ({ databases: found }) => ({
  columns: ["database", "rows", "statements", "kills", "not gone to the end", "rows lost or changed"],
  rows: Object.entries(found).map(([kind, { rows, statements, kills, notThrough, lost }]) => [
    kind,
    rows,
    statements,
    kills,
    notThrough.length,
    lost.length,
  ]),
  goals: Object.entries(found).map(([kind, killed]) => ({
    goal: `${kind}: killed before every statement with 10,000 rows, it goes through the next time and loses none`,
    figure: `${killed.kills} kills, ${killed.notThrough.length + killed.lost.length} wrong`,
    met: killed.rows >= 10_000 && killed.kills >= killed.statements && isSound(killed),
  })),
});
