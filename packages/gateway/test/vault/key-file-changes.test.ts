import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileStamp } from "../../src/adapters/vault/key-file.js";
import { dropKeys, promoteKey } from "../../src/adapters/vault/key-file-changes.js";
import { beforeSync } from "./support/synced.js";
import { newLine } from "./support/vaults.js";

const [one, two, three] = [newLine("one"), newLine("two"), newLine("three")];
const before = `# mine\n${one}\n${two}\n${three}\n`;
let folder: string;
let file: { path: string; named: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-changes-"));
  file = { path: join(folder, "keys"), named: "The file" };
  await writeFile(file.path, before, { mode: 0o600 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});
const text = () => readFile(file.path, "utf8");
const promote = (keyId?: string, bytes: (length: number) => Uint8Array = randomBytes) =>
  promoteKey(file, keyId, bytes);
const drop = (...keyIds: readonly string[]) => dropKeys(file, keyIds, randomBytes);

/** Does this once, when a changed file has come to its place. */
async function onceReplaced(work: () => void): Promise<void> {
  let left = 1;
  await beforeSync((what) => {
    if (what === "folder" && left-- > 0) work();
  });
}

describe("a key that is put first", () => {
  it("is a new one of 32 bytes of chance, above all that the file holds", async () => {
    const id = await promote();
    expect(id).toMatch(/^k[0-9a-f]{8}$/);
    const [first = "", ...rest] = (await text()).split("\n");
    expect([first.split(":")[0], rest.join("\n")]).toEqual([id, before]);
    expect(Buffer.from(first.split(":")[1] ?? "", "base64")).toHaveLength(32);
    expect([(await stat(file.path)).mode & 0o777, await readdir(folder)]).toEqual([0o600, ["keys"]]);
  });

  it("never has an id that a line has already", async () => {
    await writeFile(file.path, `${newLine("k01010101")}\n`, { mode: 0o600 });
    let given = 0;
    const bytes = (length: number) =>
      length === 4 ? Buffer.alloc(4, given++ < 2 ? 1 : 2) : randomBytes(length);
    expect(await promote(undefined, bytes)).toBe("k02020202");
  });

  it("may be one of the file's own, which keeps its key", async () => {
    expect(await promote("three")).toBe("three");
    expect(await text()).toBe(`${three}\n# mine\n${one}\n${two}\n`);
  });

  it("is not written again where it is the first already", async () => {
    const stamp = fileStamp(file);
    expect([await promote("one"), fileStamp(file)]).toEqual(["one", stamp]);
  });

  it("is refused where the file has none of its id, and the file stays", async () => {
    await expect(promote("four")).rejects.toMatchObject({
      name: "KeyringError",
      code: "key_unknown",
      message: "The file has no key with this id. Put its line into the file first.",
    });
    expect([await text(), await readdir(folder)]).toEqual([before, ["keys"]]);
  });

  it("is put first once, when two ask for it at once, and new ones come one above the other", async () => {
    expect(await Promise.all([promote("two"), promote("two")])).toEqual(["two", "two"]);
    expect(await text()).toBe(`${two}\n# mine\n${one}\n${three}\n`);
    const made = await Promise.all([promote(), promote()]);
    const ids = (await text()).split("\n").map((line) => line.split(":")[0]);
    expect(ids.slice(0, 2).sort()).toEqual([...made].sort());
    expect(ids.slice(2)).toEqual(["two", "# mine", "one", "three", ""]);
  });
});

describe("keys that are taken out", () => {
  it("go, and the others stay as they are", async () => {
    expect(await drop("one", "three", "four")).toBe(true);
    expect([await text(), await readdir(folder)]).toEqual([`# mine\n${two}\n`, ["keys"]]);
  });

  it("change nothing where none of them is in the file", async () => {
    const stamp = fileStamp(file);
    expect([await drop("four"), await drop(), fileStamp(file)]).toEqual([false, false, stamp]);
  });

  it("are not all there are", async () => {
    await expect(drop("one", "two", "three")).rejects.toMatchObject({ code: "key_file_empty" });
    expect(await text()).toBe(before);
    expect(await drop("one", "two")).toBe(true);
  });

  it("are taken out by one of two that do it at once", async () => {
    expect((await Promise.all([drop("one"), drop("one")])).sort()).toEqual([false, true]);
  });
});

describe("a change of the key file", () => {
  it("is made again on what a person has put there meanwhile", async () => {
    await onceReplaced(() => writeFileSync(file.path, `${two}\n${one}\n`));
    expect(await drop("one")).toBe(true);
    expect([await text(), await readdir(folder)]).toEqual([`${two}\n`, ["keys"]]);
  });

  it("is not made by one that has lost its turn, until it has it again", async () => {
    let lost = 0;
    await beforeSync(async (what) => {
      if (what === "file" && lost++ === 0) await rm(join(folder, ".keys.lock"));
    });
    expect(await promote("two")).toBe("two");
    expect([lost, (await text()).split("\n")[0], await readdir(folder)]).toEqual([2, two, ["keys"]]);
  });

  it("is refused where the file is gone, or is no key file", async () => {
    await writeFile(file.path, "k1:AAAA\n");
    await expect(promote()).rejects.toMatchObject({ code: "key_length" });
    await rm(file.path);
    for (const change of [() => promote(), () => drop("one")])
      await expect(change()).rejects.toMatchObject({
        name: "KeyringError",
        code: "key_file_missing",
        message: "The file is gone. Put its copy back.",
      });
    await writeFile(file.path, before, { mode: 0o600 });
    expect(await drop("one")).toBe(true);
  });

  it("is refused in a sentence where it can't be written", async () => {
    await mkdir(join(folder, ".keys.lock"));
    await expect(promote()).rejects.toMatchObject({
      name: "KeyringError",
      code: "key_file_unwritable",
      message: "The file can't be written (EISDIR).",
    });
    expect([await promote("one"), await drop("four")]).toEqual(["one", false]);
    await rm(join(folder, ".keys.lock"), { recursive: true });
    await expect(promote()).resolves.toMatch(/^k/);
  });
});
