// Backs gateways up and moves them, on both databases: how long it takes, and whether every sealed value opens at the new place.
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openStore } from "../packages/gateway/src/adapters/database/open-store.ts";
import { readSettings } from "../packages/gateway/src/settings.ts";
import { storePlaceOf } from "../packages/gateway/src/store-place.ts";
import { manyConnections } from "../packages/gateway/test/moving/support/many-connections.ts";
import { openAll, ringOf, wrongRing } from "../packages/gateway/test/moving/support/open-all.ts";
import { postgresCopies } from "../packages/gateway/test/moving/support/pg-dump.ts";
import { carried, dumpOf } from "../packages/gateway/test/moving/support/row-dump.ts";
import { startCommand } from "../packages/gateway/test/moving/support/start-command.ts";
import { newPostgres } from "../packages/gateway/test/support/postgres.ts";

export const about =
  "[connections, 100000]: backups, restores and moves on both databases, timed, with every value opened";

const kinds = ["SQLite", "PostgreSQL"];
const mebibytes = async (file) => Math.round((await stat(file)).size / 2 ** 20);

/** A place for a gateway: a data folder with the source's keys, and an empty database. */
async function newPlace(kind, folder, name, keys) {
  const data = join(folder, name);
  await mkdir(join(data, "gateway"), { recursive: true });
  if (keys) await copyFile(keys, join(data, "gateway", "keys"));
  const made = kind === "PostgreSQL" ? await newPostgres() : undefined;
  const env = { KUNJI_DATA: data, DATABASE_URL: made?.url };
  return {
    env,
    file: join(data, "gateway", "gateway.sqlite"),
    keys: join(data, "gateway", "keys"),
    place: storePlaceOf(readSettings(env)),
    drop: () => made?.drop(),
  };
}

/** What opens at a place, with its keys and with others. */
async function opened({ place, keys }) {
  const store = await openStore(place);
  const ring = await ringOf(keys);
  const { values, opened: withKey } = await openAll(store, ring);
  const without = await openAll(store, wrongRing(ring));
  await store.close();
  return { values, opened: withKey, openedWithoutKey: without.opened };
}

/** Seconds, and what came of it. */
async function timed(work) {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun) / 1_000;
}

/** Copies the source while nothing else is asked of it, and puts the copy in an empty place. */
async function backUp(kind, source, target, copy) {
  if (kind === "SQLite") {
    const { seconds: backupSeconds } = await startCommand("backup", copy, source.env).ended;
    const backupMiB = await mebibytes(copy);
    const restoreSeconds = await timed(async () => {
      await copyFile(copy, target.file);
      await (await openStore(target.place)).close();
    });
    return { by: "kunji-gateway backup", backupSeconds, backupMiB, restoreSeconds };
  }
  const { by, dump, restore } = postgresCopies({ KUNJI_DATA: source.env.KUNJI_DATA });
  const backupSeconds = await timed(() => dump(source.env.DATABASE_URL, copy));
  const backupMiB = await mebibytes(copy);
  const restoreSeconds = await timed(() => restore(target.env.DATABASE_URL, copy));
  return { by, backupSeconds, backupMiB, restoreSeconds };
}

/** Kills imports a part of their way, and looks what is there then: nothing, or everything where it had been committed. */
async function killedImports(times, { seconds, rows, file, make }) {
  const killed = { kills: 0, empty: 0, whole: 0, partly: 0 };
  for (let n = 0; n < times; n++) {
    const target = await make(`killed-${n}`);
    const command = startCommand("import", file, target.env);
    await command.began;
    await wait((seconds * 1_000 * (n + 0.5)) / times);
    command.kill();
    // One that had ended by itself was not killed.
    if ((await command.ended) === undefined) {
      const dump = await dumpOf(target.place).catch(() => new Map());
      const left = Object.values(carried(dump)).flat().length;
      killed.kills++;
      killed[left === 0 ? "empty" : left === rows ? "whole" : "partly"]++;
    }
    await target.drop();
  }
  return killed;
}

const isWhole = ({ values, opened: all, openedWithoutKey }) =>
  values > 0 && all === values && openedWithoutKey === 0;
const isSound = ({ restored, moved, killed }) =>
  isWhole(restored) && isWhole(moved) && moved.same && killed.empty > 0 && killed.partly === 0;

export const table = ({ databases: found }) => ({
  columns: [
    "database",
    "sealed values",
    "backed up, s",
    "restored, s",
    "opened with the key",
    "without",
    "moved to the other, s",
    "opened there",
    "imports killed",
    "left a part",
  ],
  rows: Object.entries(found).map(([name, { restored, moved, killed }]) => [
    name,
    restored.values,
    restored.backupSeconds,
    restored.restoreSeconds,
    restored.opened,
    restored.openedWithoutKey,
    moved.exportSeconds + moved.importSeconds,
    moved.opened,
    killed.kills,
    killed.partly,
  ]),
});

export async function run([given = "100000"], { say, keep }) {
  const connections = Number(given);
  if (!Number.isInteger(connections) || connections < 1)
    throw new Error("Say how many connections, such as 100000.");
  const found = {};
  const figures = () => ({
    sound: Object.keys(found).length > 0 && Object.values(found).every(isSound),
    connections,
    databases: found,
  });
  for (const kind of kinds) {
    const folder = await mkdtemp(join(tmpdir(), "kunji-restored-"));
    const other = kinds.find((name) => name !== kind);
    const source = await newPlace(kind, folder, "source");
    say(`${kind}: ${connections} connections are stored`);
    await manyConnections(source.env, connections);

    const target = await newPlace(kind, folder, "restored", source.keys);
    const backup = await backUp(kind, source, target, join(folder, "copy"));
    const restored = { ...backup, ...(await opened(target)) };
    await target.drop();
    say(`${kind}: copied in ${backup.backupSeconds} s, restored in ${backup.restoreSeconds} s`);

    const file = join(folder, "moved");
    const written = await startCommand("export", file, source.env).ended;
    const make = (name) => newPlace(other, folder, name, source.keys);
    const there = await make("moved-to");
    const taken = await startCommand("import", file, there.env).ended;
    const rows = carried(await dumpOf(source.place));
    const moved = {
      to: other,
      rows: Object.values(rows).flat().length,
      fileMiB: await mebibytes(file),
      exportSeconds: written.seconds,
      exportMemoryMiB: written.memoryMiB,
      importSeconds: taken.seconds,
      importMemoryMiB: taken.memoryMiB,
      same: JSON.stringify(rows) === JSON.stringify(carried(await dumpOf(there.place))),
      ...(await opened(there)),
    };
    await there.drop();
    say(`${kind}: exported in ${written.seconds} s, imported into ${other} in ${taken.seconds} s`);
    const killed = await killedImports(5, { seconds: taken.seconds, rows: moved.rows, file, make });
    found[kind] = { restored, moved, killed };
    keep(figures());
    await source.drop();
    await rm(folder, { recursive: true, force: true });
  }
  return figures();
}
