// Asks the same of gateways with a thousand connections and with a million, on both databases, and draws what it costs.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { measureGrowth } from "../packages/gateway/test/size/support/measured-growth.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";
import { root, Sentence } from "../scripts/settings.mjs";
import { databaseVersions } from "./support/growth-databases.mjs";
import { growthPlot } from "./support/growth-plot.mjs";

export const about =
  "[most connections, 1000000] [rounds, 30], or short: what calls, lists, the due-scan and readiness cost from 1,000 on";

const fewest = 1_000;
/** How often each way of a question is asked in a round. */
const asksPerRound = 5;

function wished(args) {
  if (args[0] === "short") return { most: 10_000, rounds: 2 };
  const [most = 1_000_000, rounds = 30] = args.map(Number);
  if (!Number.isInteger(Math.log10(most)) || most <= fewest || most > 1_000_000)
    throw new Sentence("Say how many connections at most: 10000, 100000 or 1000000.");
  if (!Number.isInteger(rounds) || rounds < 2)
    throw new Sentence("Say how many rounds, 2 or more, such as 30.");
  return { most, rounds };
}

export async function run(args, { say, keep, folder }) {
  const { most, rounds } = wished(args);
  const sizes = [];
  for (let size = fewest; size <= most; size *= 10) sizes.push(size);
  const found = {};
  const versions = await databaseVersions();
  const figures = () => ({
    sound: Object.keys(found).length > 0,
    versions,
    sizes,
    rounds,
    asksPerRound,
    databases: found,
    goals: each(found, goalOf),
  });
  for (const [name, make] of databases) {
    found[name] = await measureGrowth({
      sizes,
      rounds,
      each: asksPerRound,
      make,
      monotonicMs: () => performance.now(),
      say: (line) => say(`${name}: ${line}`),
    });
    for (const { question, sizes: at, perTenfold, verdict } of found[name])
      say(
        `${name}: ${question}: ${at.map(({ ms }) => ms.median).join(", ")} ms, times ${perTenfold} for ten times as many: ${verdict}`,
      );
    keep(figures());
  }
  const picture = join(folder, "growth.svg");
  writeFileSync(picture, growthPlot(found));
  say(`drawn in ${relative(root, picture)}`);
  return figures();
}

const grouped = (count) => count.toLocaleString("en-GB");

const goalOf = (database, { question, perTenfold, lastTenfold, verdict }) => ({
  goal: `${question}, ${database}: flat or logarithmic`,
  figure: `${verdict}: × ${perTenfold} for ten times as many, × ${lastTenfold} at the last step`,
  met: verdict !== "grows",
});

const each = (found, told) =>
  Object.entries(found).flatMap(([database, questions]) => questions.map((one) => told(database, one)));

/** What each question costs, beside the same at the fewest connections. */
export const table = ({ sizes: [first, ...others], databases: found }) => ({
  columns: ["", "database", `of ${grouped(first)}, ms`, ...others.map(grouped), "for ten times as many"],
  rows: each(found, (database, { question, sizes, perTenfold }) => [
    question,
    database,
    sizes[0].ms.median,
    ...sizes.slice(1).map(({ ratio }) => `× ${ratio.median}`),
    `× ${perTenfold}`,
  ]),
  goals: each(found, goalOf),
});
