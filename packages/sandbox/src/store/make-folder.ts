import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Deeper than any path that a system takes. */
const deepest = 512;

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Makes a folder and those above it, one by one. Node's own recursive way never ends in folders that take none, such
 * as `/proc`.
 * @throws what the operating system says, with `syscall` "mkdir" or "stat"
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = folder; !isFolder(path) && missing.length < deepest; path = dirname(path))
    missing.push(path);
  for (const path of missing.reverse()) {
    try {
      mkdirSync(path);
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (!isFolder(path)) throw error;
    }
  }
}
