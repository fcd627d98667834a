// Sends callbacks fifty times at once and twice in sequence, on both databases, and counts what the brokers received.
import { replayAgain } from "../packages/gateway/test/faults/support/replays.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";

export const about =
  "[rounds on each database, 1000 | short]: the same callback 50 times at once and twice in sequence; one exchange a round";

const isSound = ({ rounds, roundsOf, throughOf, wrong }) =>
  roundsOf[1] === rounds && throughOf[1] === rounds && wrong.length === 0;

export async function run([given = "1000"], { say, keep }) {
  const rounds = given === "short" ? 8 : Number(given);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("Say how many rounds, such as 1000.");
  const found = {};
  const figures = () => ({
    sound: Object.values(found).every((one) => one.rounds === rounds && isSound(one)),
    databases: found,
  });
  for (const [kind, make] of databases) {
    const begun = performance.now();
    const note = (replays) => {
      found[kind] = { ...replays, seconds: Math.round((performance.now() - begun) / 1_000) };
    };
    const onRound = (replays) => {
      if (replays.rounds % 100 !== 0) return;
      note(replays);
      say(`${kind}: ${replays.rounds} of ${rounds} rounds, ${replays.exchanges} exchanges`);
      keep(figures());
    };
    note(await replayAgain({ database: await make(), rounds, onRound }));
  }
  return figures();
}

/** The figures as a table. */
export const table = ({ databases: found }) => ({
  columns: ["database", "rounds", "callbacks sent", "exchanges", "most in a round"],
  rows: Object.entries(found).map(([kind, { rounds, sent, exchanges, roundsOf }]) => [
    kind,
    rounds,
    sent,
    exchanges,
    Math.max(...Object.keys(roundsOf).map(Number)),
  ]),
  goals: Object.entries(found).map(([kind, replays]) => ({
    goal: `${kind}: one exchange in each of 1,000 rounds`,
    figure: `${replays.roundsOf[1] ?? 0} of ${replays.rounds} rounds with one`,
    met: replays.rounds >= 1_000 && isSound(replays),
  })),
});
