// Kills key rotations at moments of chance, with 20 writers at work, on both databases.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databases } from "../packages/gateway/test/support/databases.ts";
import { killRotations } from "../packages/gateway/test/vault/support/killed-rotation.ts";

export const about =
  "[kills on each database, 100]: rotations killed at moments of chance, with 20 writers at work";

const isSound = ({ unreadable, lost, leftUnderOldKeys, mostKeys }) =>
  unreadable === 0 && lost === 0 && leftUnderOldKeys === 0 && mostKeys === 1;

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
  for (const [name, make] of databases) {
    const database = await make();
    const data = await mkdtemp(join(tmpdir(), "kunji-killed-"));
    const begun = performance.now();
    const onKill = (done) => {
      if (done % 10 === 0) say(`${name}: killed ${done} times of ${kills}`);
    };
    const killed = await killRotations({
      place: database.place,
      folder: data,
      kills,
      windowMs: 1_000,
      onKill,
    });
    found[name] = { ...killed, seconds: Math.round((performance.now() - begun) / 1_000) };
    keep(figures());
    await database.drop();
    await rm(data, { recursive: true, force: true });
  }
  return figures();
}
