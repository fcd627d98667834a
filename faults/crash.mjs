// Kills a gateway with all its work under way, again and again, on both databases, and looks for all that it has acknowledged.
import { crashAgain } from "../packages/gateway/test/faults/support/crashes.ts";
import { figuresOf } from "../scripts/parts.mjs";
import { Sentence } from "../scripts/settings.mjs";

export const about =
  "[kills on each database, 1000 | short] [SQLite, PostgreSQL; both]: kill -9 of a gateway under mixed load; all that was acknowledged is there, no login used twice";

const kinds = ["SQLite", "PostgreSQL"];
const wrong = ["missing", "unreadable", "consumedTwice", "codesLost", "damaged", "wrongAnswers", "dead"];
/** What must have been done for the load to have been a mixed one; in a few lives not all of it comes about. */
const mixed = ["activated", "renewed", "forwarded", "closed", "replayed", "wentOn"];
const isSound = (found) =>
  wrong.every((name) => found[name] === 0) &&
  found.refused * 100 <= found.forwarded &&
  (found.kills < 100 ? found.activated + found.replayed > 0 : mixed.every((name) => found[name] > 0));

export async function run([given = "1000", only], { say, keep }) {
  const kills = given === "short" ? 3 : Number(given);
  if (!Number.isInteger(kills) || kills < 1) throw new Sentence("Say how many times to kill, such as 1000.");
  if (only !== undefined && !kinds.includes(only))
    throw new Sentence(`There is no database ${only}. Say ${kinds.join(" or ")}, or neither for both.`);
  const own = {};
  const figures = () => {
    // One that is tried by itself takes its place beside the other, also beside one that was kept meanwhile.
    const kept = figuresOf("crash");
    const known = { ...(only !== undefined && kept?.kills === kills && kept.databases), ...own };
    const databases = Object.fromEntries(kinds.flatMap((kind) => (known[kind] ? [[kind, known[kind]]] : [])));
    return { sound: Object.values(databases).every(isSound), kills, databases };
  };
  for (const kind of only === undefined ? kinds : [only]) {
    const begun = performance.now();
    const note = (found) => {
      own[kind] = { ...found, seconds: Math.round((performance.now() - begun) / 1_000) };
    };
    const onKill = (found) => {
      if (found.kills % 20 !== 0 && found.kills > 1) return;
      note(found);
      say(
        `${kind}: killed ${found.kills} times of ${kills}, ${found.activated} connections, ${found.missing + found.unreadable} lost, ${found.consumedTwice} used twice`,
      );
      keep(figures());
    };
    note(await crashAgain({ kind, kills, onKill }));
    keep(figures());
  }
  return figures();
}

/** The figures as a table. */
export const table = ({ databases }) => ({
  columns: [
    "database",
    "kills",
    "connections",
    "renewed",
    "calls",
    "told to come again",
    "ended",
    "missing",
    "not decryptable",
    "used twice",
    "damaged",
  ],
  rows: Object.entries(databases).map(([kind, found]) => [
    kind,
    found.kills,
    found.activated,
    found.renewed,
    found.forwarded,
    found.refused,
    found.closed,
    found.missing,
    found.unreadable,
    found.consumedTwice,
    found.damaged,
  ]),
  goals: Object.entries(databases).map(([kind, found]) => ({
    goal: `${kind}: all that is acknowledged is there behind 1,000 deaths, and no login is used twice`,
    figure: `${found.kills} deaths, ${wrong.reduce((sum, name) => sum + found[name], 0)} wrong`,
    met: found.kills >= 1_000 && isSound(found),
  })),
});
