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
  /** Kills while a rotation ran. */
  duringRotation: number;
  rotationsFinished: number;
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

export interface Killing {
  readonly place: StorePlace;
  readonly folder: string;
  readonly kills: number;
  readonly writers?: number;
  /** How long after a rotation's begin the kill may come, in ms: a part of it by chance. */
  readonly windowMs?: number;
  /** From 0 to 1, by chance. */
  readonly random?: () => number;
  readonly onKill?: (done: number) => void;
}

const hooks = new URL("../../support/typescript-hooks.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("rotating-process.ts", import.meta.url));

/** A process at work; `lines` is what it has told. */
function start(task: ProcessTask) {
  const args = ["--disable-warning=ExperimentalWarning", "--import", hooks, program, JSON.stringify(task)];
  // What was read by one process is read sooner by the next.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(task.folder, "compiled") };
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
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
  return { lines, until, end };
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

/** Ends the rotation that the kill has cut short, or makes one more, and looks at what is left. */
async function runAgain(store: Store, vault: Vault, folder: string) {
  const ports = { store, vault, randomBytes, now: Date.now, signals: { warn: () => undefined } as never };
  const { keyId } = await beginRotation(ports, {}, { tenant, id: null });
  while ((await store.rotations.last())?.finishedAt === null)
    if ((await carryRotationOn(ports, { owner: "again", graceMs: 0 })) === 0) await wait(10);
  const counts = await store.sealedValues.count();
  const left = [...counts].reduce((sum, [id, count]) => (id === keyId ? sum : sum + count), 0);
  const file = readKeyring(await readFile(join(folder, "gateway", "keys"), "utf8"), "The file");
  return { left, keys: file.keys.size };
}

/**
 * Rotates with writers at work, and kills the process at a moment of chance, again and again. After each kill all values are
 * opened, and the rotation is run to its end. On PostgreSQL half the writers belong to a second process that lives on.
 */
export async function killRotations(killing: Killing): Promise<Killed> {
  const { place, folder, kills, writers = 20, random = Math.random, windowMs = 600, onKill } = killing;
  const all = Array.from({ length: writers }, (_, i) => i);
  const shared = "url" in place;
  const told: Killed = {
    kills: 0,
    duringRotation: 0,
    rotationsFinished: 0,
    valuesWritten: 0,
    valuesRefused: 0,
    valuesOpened: 0,
    unreadable: 0,
    lost: 0,
    leftUnderOldKeys: 0,
    mostKeys: 0,
  };
  for (let i = 0; i < kills; i++) {
    const task = { place, folder, from: i * 100_000, graceMs: shared ? 150 : 20 };
    const own = shared ? all.filter((n) => n % 2 === 0) : all;
    const first = start({ ...task, writers: own, rotates: true });
    await first.until((line) => line === "ready");
    const second = shared
      ? start({ ...task, writers: all.filter((n) => n % 2 === 1), rotates: false })
      : undefined;
    await second?.until((line) => line.startsWith("wrote"));
    await first.until((line) => line === "began");
    await wait(random() * windowMs);
    await first.end("SIGKILL");
    await second?.end("SIGTERM");
    const lines = [...first.lines, ...(second?.lines ?? [])];
    const count = (begin: string) => lines.filter((line) => line.startsWith(begin)).length;
    told.kills++;
    told.rotationsFinished += count("finished");
    told.valuesWritten += count("wrote");
    told.valuesRefused += count("refused");
    if (count("began") > count("finished")) told.duringRotation++;

    const store = await openStore(place);
    try {
      const records = store.vaultRecords;
      const vault = await openVault({
        source: embeddedKeys(folder),
        records,
        randomBytes,
        say: () => undefined,
      });
      const { texts, unreadable } = await openAll(store, vault);
      told.valuesOpened += texts.length;
      told.unreadable += unreadable;
      const stored = highest(texts, /^writer (\d+) value (\d+)$/);
      for (const [writer, n] of highest(lines, /^wrote (\d+) (\d+)$/))
        if ((stored.get(writer) ?? -1) < n) told.lost++;
      const { left, keys } = await runAgain(store, vault, folder);
      told.leftUnderOldKeys += left;
      told.mostKeys = Math.max(told.mostKeys, keys);
      told.unreadable += (await openAll(store, vault)).unreadable;
    } finally {
      await store.close();
    }
    onKill?.(told.kills);
  }
  return told;
}
