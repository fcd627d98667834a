import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Problem, systemCode } from "../problem.js";

function failed(error: unknown, folder: string): Problem {
  const code = systemCode(error) || "unknown reason";
  return new Problem(
    "store_failed",
    `The folder ${folder} can't be used (${code}).`,
    "Make it readable and writable for you, or set KUNJI_DATA to a folder that is.",
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** One folder, which another command may be making at this moment. */
async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/**
 * Makes the folder, open to its owner only. Not by Node's `recursive`, which never ends in a file system such as `/proc` that makes no
 * folders. @throws Problem `store_failed`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const missing: string[] = [];
    for (let path = folder; !(await exists(path)); path = dirname(path)) {
      missing.unshift(path);
      if (dirname(path) === path) break;
    }
    for (const path of missing) await makeOne(path);
  } catch (error) {
    throw failed(error, folder);
  }
}

/** The file's text, `undefined` where there is none. @throws Problem `store_failed` */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw failed(error, dirname(path));
  }
}

/** The names in the folder, none where there is no folder. @throws Problem `store_failed` */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw failed(error, folder);
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

/**
 * Writes a file that its owner alone can read: at any moment the old content is there or the new one, never a part, and
 * the new one outlives a power cut. @throws Problem `store_failed`
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw failed(error, folder);
  }
}

/** @throws Problem `store_failed` */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw failed(error, dirname(path));
  }
}
