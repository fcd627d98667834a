import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
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

/** Makes the folder, open to its owner only. @throws Problem `store_failed` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await chmod(folder, 0o700);
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

async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

/**
 * Writes a file that its owner alone can read: the old text or the new one is there at any moment, and the new one
 * outlives a power cut. @throws Problem `store_failed`
 */
export async function writeText(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
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
