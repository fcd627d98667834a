import { constants } from "node:fs";
import { type FileHandle, link, mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
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
function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}

/** @throws KeyringError `key_file_exposed`, `key_file_foreign`, `key_file_unreadable` */
async function checkFile(handle: FileHandle, { named, owner }: KeyFile): Promise<void> {
  const { mode, uid, size } = await handle.stat().then((stats) => {
    if (stats.isFile()) return stats;
    throw new KeyringError("key_file_unreadable", `${named} is not a file.`);
  });
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
 * The text of a key file; `undefined` where there is none. The checks are made on the file that is then read.
 * @throws KeyringError `key_file_unreadable`, `key_file_exposed`, `key_file_foreign`
 */
export async function readKeyFile(file: KeyFile): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a pipe in its place would hold the start for ever.
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    await checkFile(handle, file);
    return await handle.readFile("utf8");
  } catch (error) {
    if (error instanceof KeyringError) throw error;
    const code = systemCode(error);
    if (code === "ENOENT") return undefined;
    throw new KeyringError("key_file_unreadable", `${file.named} can't be read (${code}).`);
  } finally {
    await handle?.close();
  }
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

/**
 * Makes a key file with mode 0600, which outlives a power cut, and never in the place of another: of two makers at once
 * one succeeds. No reader ever sees a part of it. Answers whether this was the one.
 * @param suffix of chance, for the file's name until it is whole
 * @throws KeyringError `key_file_unwritable`
 */
export async function makeKeyFile(file: KeyFile, text: string, suffix: string): Promise<boolean> {
  const folder = dirname(file.path);
  const unfinished = join(folder, `.keys.${suffix}`);
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
