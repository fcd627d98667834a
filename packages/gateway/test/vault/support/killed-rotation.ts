import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openStore, type StorePlace } from "../../../src/adapters/database/open-store.js";
import { embeddedKeys } from "../../../src/adapters/vault/key-source.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import { readKeyring } from "../../../src/domain/keyring.js";
import { sealedPlaces } from "../../../src/domain/sealed-places.js";
import { beginRotation } from "../../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../../src/flows/rotate-keys.js";
import type { Store } from "../../../src/ports/store.js";
import type { Vault } from "../../../src/ports/vault.js";
import type { ProcessTask } from "./rotating-process.js";
import { tenant } from "./writers.js";

/** What came of killing. */
export interface Killed {
  kills: number;
  /** Kills before the rotation had begun, while it went on, and after it had finished. */
  beforeRotation: number;
  duringRotation: number;
  afterRotation: number;
  /** Of those that fell while it went on: before the database knew of it, and with the old keys out of the database already. */
  beforeItWasKnown: number;
  withOldKeysOut: number;
  /** How long undisturbed rotations took beside the same writers, in ms. */
  shortestRotationMs: number;
  longestRotationMs: number;
  valuesWritten: number;
  /** Values that came after their key had gone: refused, not lost. */
  valuesRefused: number;
  valuesOpened: number;
  unreadable: number;
  /** Values that a process said were in the database, and weren't, nor a later one. */
  lost: number;
  /** Values under an old key after the run that followed the kill. */
  leftUnderOldKeys: number;
  /** Keys in the key file after it, at most. */
  mostKeys: number;
}

/** A database and a data folder, for some of the kills. */
export interface KillingPlace {
  readonly place: StorePlace;
  readonly folder: string;
  drop(): Promise<void>;
}

export interface Killing {
  readonly make: () => Promise<KillingPlace>;
  readonly kills: number;
  /** How many kills one place has: what writers leave there makes each rotation longer. */
  readonly killsOfPlace?: number;
  readonly writers?: number;
  /**
   * From 0 to 1, by chance: where in the span the kill falls. With 1 it waits for the rotation's end, however long that takes, and
   * with `begun` for no more than its begin.
   */
  readonly random?: () => number | "begun";
  readonly onKill?: (done: number) => void;
}

const hooks = new URL("../../support/typescript-hooks.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("rotating-process.ts", import.meta.url));

/** A process at work; `lines` is what it has told. */
function start(task: ProcessTask) {
  const args = ["--disable-warning=ExperimentalWarning", "--import", hooks, program, JSON.stringify(task)];
  // What was read by one process is read sooner by the next.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(task.folder, "compiled") };
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"], env });
  const lines: string[] = [];
  let rest = "";
  let complaint = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ended = once(child, "close");
  const until = async (wanted: (line: string) => boolean): Promise<void> => {
    while (!lines.some(wanted)) {
      if (child.exitCode !== null) throw new Error(`The process ended by itself: ${complaint}`);
      await wait(5);
    }
  };
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null) throw new Error(`The process ended by itself: ${complaint}`);
    child.kill(signal);
    await ended;
    if (signal === "SIGTERM" && child.exitCode !== 0) throw new Error(`The process failed: ${complaint}`);
  };
  return { lines, until, end, tell: (line: string) => void child.stdin?.write(`${line}\n`) };
}

/** Every sealed value, opened: the texts, and how many could not be. */
async function openAll(store: Store, vault: Vault) {
  const texts: string[] = [];
  let unreadable = 0;
  for (const { keyId } of await store.vaultRecords.keys())
    for (const place of Object.values(sealedPlaces))
      for (const { slot, sealed } of await store.sealedValues.under(place, keyId, { limit: 1_000_000 }))
        try {
          texts.push(vault.open(slot, sealed).reveal());
        } catch {
          unreadable++;
        }
  return { texts, unreadable };
}

/** The highest number that each writer has told or stored. */
function highest(lines: readonly string[], form: RegExp): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) {
    const [, writer = "", n = ""] = form.exec(line) ?? [];
    if (writer !== "") found.set(writer, Math.max(found.get(writer) ?? -1, Number(n)));
  }
  return found;
}

/** The key file's lines. */
async function keysOf(folder: string): Promise<number> {
  return readKeyring(await readFile(join(folder, "gateway", "keys"), "utf8"), "The file").keys.size;
}

/** Ends the rotation that the kill has cut short, or makes one more, and looks at what is left. */
async function runAgain(store: Store, vault: Vault, folder: string) {
  const ports = { store, vault, randomBytes, now: Date.now, signals: { warn: () => undefined } as never };
  const { keyId } = await beginRotation(ports, {}, { tenant, id: null });
  while ((await store.rotations.last())?.finishedAt === null)
    if ((await carryRotationOn(ports, { owner: "again", graceMs: 0 })) === 0) await wait(10);
  const counts = await store.sealedValues.count();
  const left = [...counts].reduce((sum, [id, count]) => (id === keyId ? sum : sum + count), 0);
  return { left, keys: await keysOf(folder) };
}

/**
 * Has two processes write, one of them alone on SQLite, and the first rotate: once undisturbed, and once to be killed. The
 * kill falls anywhere from before the second rotation begins to past where it ends, if it takes as long as the first one did.
 */
async function killOne(
  { place, folder }: KillingPlace,
  from: number,
  writers: number,
  random: NonNullable<Killing["random"]>,
) {
  const all = Array.from({ length: writers }, (_, i) => i);
  const shared = "url" in place;
  const task = { place, folder, from, graceMs: shared ? 150 : 20 };
  const own = shared ? all.filter((n) => n % 2 === 0) : all;
  const first = start({ ...task, writers: own, rotates: true });
  await first.until((line) => line.startsWith("wrote"));
  const second = shared
    ? start({ ...task, writers: all.filter((n) => n % 2 === 1), rotates: false })
    : undefined;
  await second?.until((line) => line.startsWith("wrote"));
  first.tell("rotate");
  const measured = /^measured (\d+) (\d+) (\S+)$/;
  await first.until((line) => measured.test(line));
  const [, ms, lead, undisturbed] = first.lines.flatMap((line) => measured.exec(line) ?? []);
  const share = random();
  if (share === "begun") await first.until((line) => line === "begins");
  else if (share < 1) await wait(share * (Number(lead) + 1.5 * Number(ms)));
  else await first.until((line) => line === "ended");
  await first.end("SIGKILL");
  await second?.end("SIGTERM");
  return {
    lines: [...first.lines, ...(second?.lines ?? [])],
    ms: Number(ms),
    undisturbed,
    begun: first.lines.includes("begins"),
  };
}

/** Writes down how far the rotation had come. */
async function countMoment(
  told: Killed,
  store: Store,
  { begun, undisturbed }: Awaited<ReturnType<typeof killOne>>,
) {
  const last = await store.rotations.last();
  const known = last?.id !== undisturbed;
  if (!begun) told.beforeRotation++;
  else if (known && last?.finishedAt !== null) told.afterRotation++;
  else {
    told.duringRotation++;
    if (!known) told.beforeItWasKnown++;
    else if ((await store.vaultRecords.keys()).length === 1) told.withOldKeysOut++;
  }
}

/** Looks at what the kill has left, runs the rotation to its end, and looks again. */
async function examine(told: Killed, place: KillingPlace, killed: Awaited<ReturnType<typeof killOne>>) {
  const store = await openStore(place.place);
  try {
    await countMoment(told, store, killed);
    const source = embeddedKeys(place.folder);
    const records = store.vaultRecords;
    const vault = await openVault({ source, records, randomBytes, say: () => undefined });
    const { texts, unreadable } = await openAll(store, vault);
    told.valuesOpened += texts.length;
    told.unreadable += unreadable;
    const stored = highest(texts, /^writer (\d+) value (\d+)$/);
    for (const [writer, n] of highest(killed.lines, /^wrote (\d+) (\d+)$/))
      if ((stored.get(writer) ?? -1) < n) told.lost++;
    const { left, keys } = await runAgain(store, vault, place.folder);
    told.leftUnderOldKeys += left;
    told.mostKeys = Math.max(told.mostKeys, keys);
    told.unreadable += (await openAll(store, vault)).unreadable;
  } finally {
    await store.close();
  }
}

/**
 * Rotates with writers at work, and kills the process at a moment of chance, again and again. After each kill all values are
 * opened, and the rotation is run to its end. On PostgreSQL half the writers belong to a second process that lives on.
 */
export async function killRotations(killing: Killing): Promise<Killed> {
  const { make, kills, killsOfPlace = 10, writers = 20, random = Math.random, onKill } = killing;
  const told: Killed = {
    kills: 0,
    beforeRotation: 0,
    duringRotation: 0,
    afterRotation: 0,
    beforeItWasKnown: 0,
    withOldKeysOut: 0,
    shortestRotationMs: Number.POSITIVE_INFINITY,
    longestRotationMs: 0,
    valuesWritten: 0,
    valuesRefused: 0,
    valuesOpened: 0,
    unreadable: 0,
    lost: 0,
    leftUnderOldKeys: 0,
    mostKeys: 0,
  };
  while (told.kills < kills) {
    const place = await make();
    try {
      for (let i = 0; i < killsOfPlace && told.kills < kills; i++) {
        const killed = await killOne(place, i * 100_000, writers, random);
        const count = (begin: string) => killed.lines.filter((line) => line.startsWith(begin)).length;
        told.kills++;
        told.valuesWritten += count("wrote");
        told.valuesRefused += count("refused");
        told.shortestRotationMs = Math.min(told.shortestRotationMs, killed.ms);
        told.longestRotationMs = Math.max(told.longestRotationMs, killed.ms);
        await examine(told, place, killed);
        onKill?.(told.kills);
      }
    } finally {
      await place.drop();
    }
  }
  return told;
}
