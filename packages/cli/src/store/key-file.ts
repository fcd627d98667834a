import { createSecretKey, type KeyObject } from "node:crypto";
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Problem, systemCode } from "../problem.js";
import { writeWhole } from "./files.js";
import { withLock } from "./lock.js";

const keyBytes = 32;

/** Where the key lies. */
export const keyPath = (folder: string): string => join(folder, "key");

function unreadable(folder: string, why: string): Problem {
  return new Problem(
    "key_unreadable",
    `The key file ${keyPath(folder)} ${why}.`,
    "Put its copy back, or move it away and log in again.",
  );
}

/** The key, `undefined` where none has been made. @throws Problem `key_unreadable` */
export async function readKey(folder: string): Promise<KeyObject | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(keyPath(folder));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw unreadable(folder, `can't be read (${systemCode(error) || "unknown reason"})`);
  }
  if (bytes.length !== keyBytes) throw unreadable(folder, "is damaged: it must hold 32 bytes");
  return createSecretKey(bytes);
}

/** Closes a key file that others can read. Whether it was one; what can't be mended is left to `doctor`. */
export async function closeKey(folder: string): Promise<boolean> {
  if (process.platform === "win32") return false;
  try {
    if (((await stat(keyPath(folder))).mode & 0o077) === 0) return false;
    await chmod(keyPath(folder), 0o600);
    return true;
  } catch {
    return false;
  }
}

/** The key; made at its first use, with mode 0600. @throws Problem `key_unreadable`, `store_failed` */
export async function readOrMakeKey(
  folder: string,
  randomBytes: (length: number) => Uint8Array,
  signal: AbortSignal,
): Promise<KeyObject> {
  const key = await readKey(folder);
  if (key) return key;
  // Under a lock, so that of two first commands one makes the key and the other reads it.
  const make = async () => {
    const other = await readKey(folder);
    if (other) return other;
    const bytes = randomBytes(keyBytes);
    await writeWhole(keyPath(folder), bytes);
    return createSecretKey(bytes);
  };
  return withLock(folder, "key", make, signal);
}
