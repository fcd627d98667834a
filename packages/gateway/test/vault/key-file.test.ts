import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  fileStamp,
  makeKeyFile,
  readKeyFile,
  replaceKeyFile,
  systemCode,
} from "../../src/adapters/vault/key-file.js";
import { beforeSync } from "./support/synced.js";
import { thrownBy } from "./support/vaults.js";

let folder: string;
let file: { path: string; named: string; owner?: number };
const suffix = "0123456789abcdef";
const isOwn = async () => true;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-key-file-"));
  file = { path: join(folder, "keys"), named: "The file" };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** What is brought to the disk, and what the key file held by then. */
async function synced(): Promise<string[]> {
  const done: string[] = [];
  await beforeSync((what) => {
    const text = existsSync(file.path) ? readFileSync(file.path, "utf8").trim() : "none";
    done.push(`${what}: ${text}`);
  });
  return done;
}

/** The least number that an open file has not got. */
function nextDescriptor(): number {
  const descriptor = openSync(folder, "r");
  closeSync(descriptor);
  return descriptor;
}

describe("a key file that is read", () => {
  it("is its text, or nothing where there is none", async () => {
    expect(readKeyFile(file)).toBeUndefined();
    await writeFile(file.path, "k1:₹\n", { mode: 0o600 });
    expect(readKeyFile(file)).toBe("k1:₹\n");
  });

  it("is not left open, whether or not it is refused", async () => {
    await writeFile(file.path, "text", { mode: 0o600 });
    const before = nextDescriptor();
    readKeyFile(file);
    thrownBy(() => readKeyFile({ ...file, owner: -1 }));
    expect(nextDescriptor()).toBe(before);
  });

  it("is refused with a sentence that says what to do", async () => {
    const owner = (await stat(folder)).uid;
    const refused = (change: Partial<typeof file> = {}) => {
      const { code, message } = thrownBy(() => readKeyFile({ ...file, owner, ...change }));
      return [code, message];
    };
    await writeFile(file.path, "text");
    await chmod(file.path, 0o044);
    expect(refused()).toEqual([
      "key_file_exposed",
      "The file can be used by other users (mode 0044). Close it to them: chmod 600",
    ]);
    expect(refused({ owner: owner + 1 })).toEqual([
      "key_file_foreign",
      "The file belongs to another user. Make it the gateway's own: chown it to the user that runs the gateway.",
    ]);
    expect(refused({ path: folder })).toEqual(["key_file_unreadable", "The file is not a file."]);
    expect(refused({ path: join(file.path, "below") })).toEqual([
      "key_file_unreadable",
      "The file can't be read (ENOTDIR). Run this as the user that it belongs to.",
    ]);
    await writeFile(file.path, "#".repeat(65_537));
    expect(refused()).toEqual(["key_file_unreadable", "The file is too large for a key file."]);
    // Without user ids, as on Windows, nobody can say whose it is.
    await writeFile(file.path, "text");
    expect(readKeyFile(file)).toBe("text");
  });
});

describe("a file that is written", () => {
  it("is not left open, nor its folder, whether or not that works out", async () => {
    const before = nextDescriptor();
    expect(await makeKeyFile(file, "k1:AAA", suffix)).toBe(true);
    expect(await replaceKeyFile(file, { text: "after", suffix, isOwn })).toBe(true);
    await beforeSync(() => Promise.reject(new Error("no space")));
    await expect(replaceKeyFile(file, { text: "late", suffix, isOwn })).rejects.toThrow("no space");
    expect([nextDescriptor(), await readdir(folder), await readFile(file.path, "utf8")]).toEqual([
      before,
      ["keys"],
      "after",
    ]);
  });
});

describe("the stamp of a key file", () => {
  it("is another one after any change of the file, and the same without one", async () => {
    const stamps = [fileStamp(file)];
    const change = async (work: () => Promise<unknown>) => {
      await work();
      stamps.push(fileStamp(file));
      expect(fileStamp(file)).toBe(stamps.at(-1));
    };
    const replace = (text: string) => replaceKeyFile(file, { text, suffix, isOwn });
    await change(() => writeFile(file.path, "one"));
    await change(() => replace("two"));
    await change(() => replace("three"));
    await change(() => utimes(file.path, 1, 1));
    expect(new Set(stamps).size).toBe(5);
    expect(stamps[0]).toBeUndefined();
  });
});

describe("a key file that is made", () => {
  it("is on the disk before its name leads to it, and its name before it is said to be there", async () => {
    const done = await synced();
    expect(await makeKeyFile(file, "k1:AAA", suffix)).toBe(true);
    expect(done).toEqual(["file: none", "folder: k1:AAA"]);
    expect([await readFile(file.path, "utf8"), await readdir(folder)]).toEqual(["k1:AAA\n", ["keys"]]);
  });

  it("is on the disk on Windows too, where no folder can be brought there", async () => {
    const { platform } = process;
    const done = await synced();
    try {
      Object.defineProperty(process, "platform", { value: "win32" });
      expect(await makeKeyFile(file, "k1:AAA", suffix)).toBe(true);
    } finally {
      Object.defineProperty(process, "platform", { value: platform });
    }
    expect(done).toEqual(["file: none"]);
  });

  it("does not take the place of another, and leaves nothing beside it", async () => {
    await writeFile(file.path, "another's");
    expect(await makeKeyFile(file, "k1:AAA", suffix)).toBe(false);
    expect([await readFile(file.path, "utf8"), await readdir(folder)]).toEqual(["another's", ["keys"]]);
  });

  it("is refused in a sentence where the folder can't be, or goes meanwhile", async () => {
    await writeFile(file.path, "no folder");
    await expect(
      makeKeyFile({ ...file, path: join(file.path, "below", "keys") }, "k1:AAA", suffix),
    ).rejects.toMatchObject({
      name: "KeyringError",
      code: "key_file_unwritable",
      message: "The file can't be made (ENOTDIR).",
    });
    const inner = { ...file, path: join(folder, "gateway", "keys") };
    await beforeSync(() => rm(join(folder, "gateway"), { recursive: true }));
    await expect(makeKeyFile(inner, "k1:AAA", suffix)).rejects.toMatchObject({
      code: "key_file_unwritable",
      message: "The file can't be made (ENOENT).",
    });
    vi.restoreAllMocks();
    expect(await makeKeyFile(inner, "k1:AAA", suffix)).toBe(true);
  });
});

describe("a key file that is replaced", () => {
  beforeEach(() => writeFile(file.path, "before", { mode: 0o600 }));

  it("is on the disk before it takes the other's place, and has it before that is said", async () => {
    const done = await synced();
    expect(await replaceKeyFile(file, { text: "after", suffix, isOwn })).toBe(true);
    expect(done).toEqual(["file: before", "folder: after"]);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  it("stays as it was where it is another's to change, or can't be written", async () => {
    expect(await replaceKeyFile(file, { text: "after", suffix, isOwn: async () => false })).toBe(false);
    await mkdir(join(folder, `.keys.${suffix}`));
    await expect(replaceKeyFile(file, { text: "after", suffix, isOwn })).rejects.toMatchObject({
      code: expect.any(String),
    });
    expect(await readFile(file.path, "utf8")).toBe("before");
  });

  it("takes away what was cut short of this file, and nothing that is not", async () => {
    const digits = "b".repeat(16);
    const others = [
      `.keys.${digits}b`,
      `.keys.${digits.slice(1)}`,
      `.keys.x${digits}`,
      `.keys.${digits}x`,
      `.keys.${"g".repeat(16)}`,
      `.kees.${digits}`,
      ".keys.lock",
      "keys.bak",
    ];
    for (const name of [...others, `.keys.${digits}`]) {
      await writeFile(join(folder, name), "old");
      await utimes(join(folder, name), 1, 1);
    }
    // As where another takes one away at the same moment.
    await symlink("nowhere", join(folder, `.keys.${"c".repeat(16)}`));
    expect(await replaceKeyFile(file, { text: "after", suffix, isOwn })).toBe(true);
    expect((await readdir(folder)).sort()).toEqual([...others, `.keys.${"c".repeat(16)}`, "keys"].sort());
  });
});

describe("the code of a system's error", () => {
  it.each([
    ["its own", Object.assign(new Error("x"), { code: "EACCES" }), "EACCES"],
    ["none without one", new Error("x"), "unknown"],
    ["none where it is a number", Object.assign(new Error("x"), { code: 13 }), "unknown"],
    ["none of what is no error", { code: "EACCES" }, "unknown"],
    ["none of nothing", null, "unknown"],
  ])("is %s", (_, error, code) => {
    expect(systemCode(error)).toBe(code);
  });
});
