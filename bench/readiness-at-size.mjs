// Asks readiness and the lists over HTTP, of a thousand connections and of a million in the same database, on both databases.
import { measureLists } from "../packages/gateway/test/size/support/measured-lists.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";

export const about =
  "[connections, 1000000] [times each, 20]: readiness and the lists of that many connections, beside those of 1,000";

/** What may be added to the time of a thousand connections, in ms. */
const mostAddedMs = 50;

const wholeNumber = (given, least, example) => {
  const number = Number(given);
  if (!Number.isInteger(number) || number < least) throw new Error(`Say a number such as ${example}.`);
  return number;
};

export const table = ({ connections, mostAddedMs: aim, databases: found }) => ({
  columns: [
    "database",
    "questions",
    "readiness of 1,000, p50 ms",
    `of ${connections.toLocaleString("en-GB")}, p50 ms`,
    "most added to any question's p50, ms",
    "most added to a p99, ms",
  ],
  rows: Object.entries(found).map(([name, { questions, readiness, mostAddedP50Ms, mostAddedP99Ms }]) => [
    name,
    questions,
    readiness.of1000.p50,
    readiness.ofAll.p50,
    mostAddedP50Ms,
    mostAddedP99Ms,
  ]),
  goals: Object.entries(found).map(([name, { mostAddedP50Ms, mostAddedP99Ms }]) => ({
    goal: `${name}: at most ${aim} ms more than of 1,000, at the median and at p99`,
    figure: `${mostAddedP50Ms} ms, ${mostAddedP99Ms} ms`,
    met: mostAddedP50Ms <= aim && mostAddedP99Ms <= aim,
  })),
});

export async function run([given = "1000000", times = "20"], { say, keep }) {
  const connections = wholeNumber(given, 1_000, 1_000_000);
  const rounds = wholeNumber(times, 1, 20);
  let found = {};
  const figures = () => ({
    sound: Object.values(found).every(
      ({ mostAddedP50Ms, mostAddedP99Ms }) => mostAddedP50Ms <= mostAddedMs && mostAddedP99Ms <= mostAddedMs,
    ),
    connections,
    mostAddedMs,
    databases: found,
  });
  const made = {};
  for (const [name, make] of databases) made[name] = await make();
  await measureLists(made, { connections, rounds, say }, (byNow) => {
    found = byNow;
    keep(figures());
  });
  for (const [name, { mostAddedP50Ms, mostAddedP99Ms }] of Object.entries(found))
    say(
      `${name}: at most ${mostAddedP50Ms} ms more than of 1,000 at the median, ${mostAddedP99Ms} ms at p99`,
    );
  return figures();
}
