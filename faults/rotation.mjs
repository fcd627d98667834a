// Kills key rotations at moments of chance, with 20 writers at work, on both databases.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databases } from "../packages/gateway/test/support/databases.ts";
import { killRotations } from "../packages/gateway/test/vault/support/killed-rotation.ts";

export const about =
  "[kills on each database, 100]: rotations killed at moments of chance, before, during and after, with 20 writers at work";

// So many kills miss one of the three by chance in fewer than 1 of 1,000 runs.
const enoughToMeetAll = 60;

const metAll = ({ kills, beforeRotation, duringRotation, afterRotation }) =>
  kills < enoughToMeetAll || Math.min(beforeRotation, duringRotation, afterRotation) > 0;

const isSound = (killed) => {
  const { unreadable, lost, leftUnderOldKeys, mostKeys } = killed;
  return unreadable === 0 && lost === 0 && leftUnderOldKeys === 0 && mostKeys === 1 && metAll(killed);
};

const placeOn = (makeDatabase) => async () => {
  const database = await makeDatabase();
  const folder = await mkdtemp(join(tmpdir(), "kunji-killed-"));
  const drop = async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { place: database.place, folder, drop };
};

export const table = ({ databases: found }) => ({
  columns: [
    "database",
    "kills",
    "values written",
    "values opened",
    "unreadable",
    "lost",
    "left under old keys",
  ],
  rows: Object.entries(found).map(([name, figures]) => [
    name,
    figures.kills,
    figures.valuesWritten,
    figures.valuesOpened,
    figures.unreadable,
    figures.lost,
    figures.leftUnderOldKeys,
  ]),
});

export async function run([given = "100"], { say, keep }) {
  const kills = Number(given);
  if (!Number.isInteger(kills) || kills < 1) throw new Error("Say how many times to kill, such as 100.");
  const found = {};
  const figures = () => ({ sound: Object.values(found).every(isSound), databases: found });
  for (const [name, makeDatabase] of databases) {
    const begun = performance.now();
    const onKill = (done) => {
      if (done % 10 === 0) say(`${name}: killed ${done} times of ${kills}`);
    };
    const killed = await killRotations({ make: placeOn(makeDatabase), kills, onKill });
    found[name] = { ...killed, seconds: Math.round((performance.now() - begun) / 1_000) };
    keep(figures());
  }
  return figures();
}
