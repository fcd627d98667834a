import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { type KeyFile, systemCode, unfinishedPath } from "./key-file.js";

/** How long one that holds the turn is waited for, in ms: whoever holds it longer has died, or finds it gone. */
const patienceMs = 5_000;
const lookMs = 20;

/** The right to change a key file, of which one process and one change have it at a time. */
export interface Turn {
  /** Whether it still is: one that took too long has lost it. */
  isOwn(): Promise<boolean>;
  end(): Promise<void>;
}

/** Whose the turn is; `undefined` where it is nobody's. */
async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function tryToTake(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a turn away from one that has died. Of several that try, one moves it, and who has a turn of theirs moved begins again. */
async function takeAway(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
    await rm(aside);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/**
 * Waits until no other process changes this key file.
 * @param token 16 hex digits of chance
 * @param pause between two looks; tests make it short
 */
export async function takeTurn(
  file: KeyFile,
  token: string,
  pause: (ms: number) => Promise<unknown> = wait,
): Promise<Turn> {
  const path = unfinishedPath(file, "lock");
  let seen: string | undefined;
  for (let waited = 0; !(await tryToTake(path, token)); waited += lookMs) {
    const holder = await holderOf(path);
    if (holder !== seen) waited = 0;
    seen = holder;
    if (holder !== undefined && waited >= patienceMs) await takeAway(path, unfinishedPath(file, token));
    else await pause(lookMs);
  }
  const isOwn = async () => (await holderOf(path)) === token;
  return {
    isOwn,
    async end() {
      if (await isOwn()) await rm(path, { force: true });
    },
  };
}
