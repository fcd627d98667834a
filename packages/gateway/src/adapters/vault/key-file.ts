import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { KeyringError } from "../../domain/keyring-error.js";

/** Larger than any key file. */
const longestFile = 65_536;

/** A key file, and how a sentence about it begins. */
export interface KeyFile {
  readonly path: string;
  /** Such as "The file that KUNJI_KEY_FILE names": the path itself may be a key that was put in its place. */
  readonly named: string;
  /** The user id that must own it, or no such check where the system has no user ids. */
  readonly owner?: number | undefined;
}

/** The `code` of an operating system's error, `EACCES` for one. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}

/** @throws KeyringError `key_file_exposed`, `key_file_foreign`, `key_file_unreadable` */
function checkFile(descriptor: number, { named, owner }: KeyFile): void {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) throw new KeyringError("key_file_unreadable", `${named} is not a file.`);
  const { mode, uid, size } = stats;
  if (size > longestFile)
    throw new KeyringError("key_file_unreadable", `${named} is too large for a key file.`);
  if (owner === undefined) return;
  if (uid !== owner)
    throw new KeyringError(
      "key_file_foreign",
      `${named} belongs to another user. Make it the gateway's own: chown it to the user that runs the gateway.`,
    );
  if ((mode & 0o077) !== 0)
    throw new KeyringError(
      "key_file_exposed",
      `${named} can be used by other users (mode ${(mode & 0o777).toString(8).padStart(4, "0")}). Close it to them: chmod 600`,
    );
}

/**
 * The text of a key file; `undefined` where there is none. The checks are made on the file that is then read. It waits for the
 * disk: a value may name a key that is in the file since a moment ago, and nothing can be opened later.
 * @throws KeyringError `key_file_unreadable`, `key_file_exposed`, `key_file_foreign`
 */
export function readKeyFile(file: KeyFile): string | undefined {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK a pipe in its place would hold the start for ever.
    descriptor = openSync(file.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    checkFile(descriptor, file);
    return readFileSync(descriptor, "utf8");
  } catch (error) {
    if (error instanceof KeyringError) throw error;
    const code = systemCode(error);
    if (code === "ENOENT") return undefined;
    throw new KeyringError(
      "key_file_unreadable",
      `${file.named} can't be read (${code}). Run this as the user that it belongs to.`,
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What changes with every change of the file; `undefined` where nobody can tell. */
export function fileStamp({ path }: KeyFile): string | undefined {
  let stamp: string | undefined;
  try {
    const { ino, mtimeNs, ctimeNs, size } = statSync(path, { bigint: true });
    stamp = `${ino} ${mtimeNs} ${ctimeNs} ${size}`;
  } catch {
    // A file that is not there has none, nor one that can't be seen.
  }
  return stamp;
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

/** Writes a new file, closed to others, and waits until it outlives a power cut. */
async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A key file that is not whole yet, beside its place. */
export const unfinishedPath = ({ path }: KeyFile, suffix: string): string =>
  join(dirname(path), `.${basename(path)}.${suffix}`);

/**
 * Makes a key file with mode 0600, which outlives a power cut, and never in the place of another: of two makers at once
 * one succeeds. No reader ever sees a part of it. Answers whether this was the one.
 * @param suffix of chance, for the file's name until it is whole
 * @throws KeyringError `key_file_unwritable`
 */
export async function makeKeyFile(file: KeyFile, text: string, suffix: string): Promise<boolean> {
  const folder = dirname(file.path);
  const unfinished = unfinishedPath(file, suffix);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeNew(unfinished, `${text}\n`);
    try {
      await link(unfinished, file.path);
      await syncFolder(folder);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    } finally {
      await rm(unfinished, { force: true });
    }
  } catch (error) {
    throw new KeyringError("key_file_unwritable", `${file.named} can't be made (${systemCode(error)}).`);
  }
}

/** Younger than this, in ms, an unfinished file may still be finished. */
const unfinishedMs = 60_000;

/** What a replacement that was cut short has left behind: it holds keys. `now` is by the clock of the files' own disk. */
async function sweep(file: KeyFile, now: number): Promise<void> {
  const begin = basename(unfinishedPath(file, ""));
  for (const name of await readdir(dirname(file.path))) {
    if (!name.startsWith(begin) || !/^[0-9a-f]{16}$/.test(name.slice(begin.length))) continue;
    const path = join(dirname(file.path), name);
    const made = await stat(path).catch(() => undefined);
    if (made && made.mtimeMs < now - unfinishedMs) await rm(path, { force: true });
  }
}

/** A replacement of a key file. */
export interface Replacement {
  readonly text: string;
  /** 16 hex digits of chance, for the file's name until it is whole. */
  readonly suffix: string;
  /** Asked last: whether the file is still this one's to change. */
  readonly isOwn: () => Promise<boolean>;
}

/**
 * Puts a new text in a key file's place, with mode 0600: after a power cut it is the old file or the new one, whole. No reader
 * ever sees a part of it. False, with nothing changed, where it was another's to change in the end.
 */
export async function replaceKeyFile(file: KeyFile, { text, suffix, isOwn }: Replacement): Promise<boolean> {
  const unfinished = unfinishedPath(file, suffix);
  try {
    await writeNew(unfinished, text);
    await sweep(file, (await stat(unfinished)).mtimeMs);
    if (!(await isOwn())) return false;
    await rename(unfinished, file.path);
  } finally {
    await rm(unfinished, { force: true });
  }
  await syncFolder(dirname(file.path));
  return true;
}
