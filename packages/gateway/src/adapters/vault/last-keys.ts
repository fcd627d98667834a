import type { Keyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import { fileStamp, type KeyFile } from "./key-file.js";

/** How often a file is read again that changes while it is being used. */
const mostReads = 10;

/**
 * Uses the keys of a file as they are at the end: where the file has changed since it was read, the database may know a key
 * that it had not got, and it is read again.
 * @param use answers `undefined` where `areLast` no longer held when it had asked the database
 */
export async function withLastKeys<T>(
  file: KeyFile,
  read: () => Promise<Keyring>,
  use: (keyring: Keyring, areLast: () => boolean) => Promise<T | undefined>,
): Promise<T> {
  for (let reads = 1; ; reads++) {
    const stamp = fileStamp(file);
    const keyring = await read();
    const areLast = () => reads === mostReads || fileStamp(file) === stamp;
    try {
      const used = await use(keyring, areLast);
      if (used !== undefined) return used;
    } catch (error) {
      const absent = error instanceof KeyringError && error.code === "key_absent";
      if (!absent || areLast()) throw error;
    }
  }
}

/** Work that runs once at a time: who asks while it runs gets the answer of the next run, which begins after. */
export function oneAfterTheOther<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  function begin(): Promise<T> {
    next = undefined;
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  }
  return () => {
    if (!next && !running) return begin();
    next ??= (running ?? Promise.resolve()).then(begin, begin);
    return next;
  };
}
