import { type FileHandle, open } from "node:fs/promises";
import { vi } from "vitest";

/** Does a work before anything is made to outlive a power cut: a file, or the folder that names it. */
export async function beforeSync(work: (what: "file" | "folder") => unknown): Promise<void> {
  const handle = await open(".", "r");
  const shared: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const own = shared.sync;
  vi.spyOn(shared, "sync").mockImplementation(async function (this: FileHandle) {
    await work((await this.stat()).isDirectory() ? "folder" : "file");
    return own.call(this);
  });
}
