// Kills rotations at moments of chance, with 20 writers at work, and writes bench/results/rotation.json.
// node packages/gateway/test/long/rotation.mjs [kills on each database, 100]
import "../support/typescript-hooks.mjs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { databases } = await import("../support/databases.ts");
const { killRotations } = await import("../vault/support/killed-rotation.ts");

const kills = Number(process.argv[2] ?? 100);
if (!Number.isInteger(kills) || kills < 1) throw new Error("Say how many times to kill, such as 100.");
const folder = new URL("../../../../bench/results/", import.meta.url);
await mkdir(folder, { recursive: true });
const results = {};

/** Writes what there is by now. Answers whether nothing was lost. */
async function write() {
  const sound = Object.values(results).every(
    ({ unreadable, lost, leftUnderOldKeys, mostKeys }) =>
      unreadable === 0 && lost === 0 && leftUnderOldKeys === 0 && mostKeys === 1,
  );
  const what = "rotations killed at moments of chance, with 20 writers at work";
  const text = JSON.stringify({ what, node: process.version, sound, results }, null, 2);
  await writeFile(new URL("rotation.json", folder), `${text}\n`);
  console.log(text);
  return sound;
}

let sound = true;
for (const [name, make] of databases) {
  const database = await make();
  const data = await mkdtemp(join(tmpdir(), "kunji-killed-"));
  const begun = performance.now();
  const onKill = (done) => {
    if (done % 10 === 0) console.log(`${name}: ${done} of ${kills}`);
  };
  const { place } = database;
  const killed = await killRotations({ place, folder: data, kills, windowMs: 1_000, onKill });
  results[name] = { ...killed, seconds: Math.round((performance.now() - begun) / 1_000) };
  sound = await write();
  await database.drop();
  await rm(data, { recursive: true, force: true });
}
process.exit(sound ? 0 : 1);
