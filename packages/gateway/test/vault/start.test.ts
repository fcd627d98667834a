import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Secret } from "kunji";
import { afterAll, describe, expect, it } from "vitest";
import { embeddedKeys, keyFileOf, readKeys } from "../../src/adapters/vault/key-source.js";
import { openVault } from "../../src/adapters/vault/open-vault.js";
import { keyLine } from "../../src/domain/keyring.js";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, slot, vaultOf } from "./support/vaults.js";

const root = await mkdtemp(join(tmpdir(), "kunji-vault-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const folder = () => mkdtemp(join(root, "start-"));

async function fileOf(text: string | Buffer, mode = 0o600): Promise<string> {
  const path = join(await folder(), "key-file");
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function start(path: string, memory = memoryRecords(), owner = process.geteuid?.()) {
  const said: string[] = [];
  const say = (sentence: string) => void said.push(sentence);
  const vault = await openVault({
    source: keyFileOf(path, owner),
    records: memory.records,
    randomBytes,
    say,
  });
  return { vault, said, memory };
}

const good = newLine("k1");
const [, goodKey = ""] = good.split(":");

describe("a start with KUNJI_KEY_FILE", () => {
  it.each([
    ["no key", "key_file_empty", "", good],
    ["comments alone", "key_file_empty", "# the key\n\n", `# the key\n\n${good}\n`],
    ["a key of 31 bytes", "key_length", keyLine("k1", randomBytes(31)), keyLine("k1", randomBytes(32))],
    ["a key of 33 bytes", "key_length", keyLine("k1", randomBytes(33)), keyLine("k1", randomBytes(32))],
    ["a key of nothing", "key_length", "k1:", good],
    ["a key of zeros", "key_zeros", keyLine("k1", Buffer.alloc(32)), keyLine("k1", Buffer.alloc(32, 1))],
    ["two keys of one id", "key_twice", `${good}\n${newLine("k1")}`, `${good}\n${newLine("k2")}`],
    ["one key under two ids", "key_twice", `${good}\nk2:${goodKey}`, `${good}\n${newLine("k2")}`],
    ["a key without an id", "key_file_format", goodKey, `k1:${goodKey}`],
    ["a third part", "key_file_format", `${good}:k2`, good],
    ["an empty id", "key_file_format", `:${goodKey}`, `k:${goodKey}`],
    ["an id with a full stop", "key_file_format", `k.1:${goodKey}`, `k_1:${goodKey}`],
    [
      "an id of 25 letters",
      "key_file_format",
      `${"k".repeat(25)}:${goodKey}`,
      `${"k".repeat(24)}:${goodKey}`,
    ],
    ["a key and its id changed about", "key_file_format", `${goodKey}:k1`, `k1:${goodKey}`],
    ["a key that is not base64", "key_file_format", `k1:${goodKey.slice(0, -2)}!=`, good],
    ["raw bytes", "key_file_format", Buffer.alloc(32, 0xa7), good],
    ["JSON", "key_file_format", JSON.stringify({ k1: goodKey }), good],
  ])("refuses %s, with %s, and starts without the flaw", async (_, code, bad, right) => {
    const memory = memoryRecords();
    const refused = await start(await fileOf(bad), memory).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "KeyringError", code });
    expect(String(refused)).toMatch(/: The file that KUNJI_KEY_FILE names /);
    expect(String(refused)).not.toContain(goodKey.slice(0, 8));
    expect(memory.rows.size).toBe(0);
    const { vault, said } = await start(await fileOf(right));
    expect(vault.open(slot, await vault.seal(slot, new Secret("x"))).reveal()).toBe("x");
    expect(said).toEqual([]);
  });

  it("refuses a file that is not there, and makes none", async () => {
    const path = join(await folder(), "key-file");
    await expect(start(path)).rejects.toMatchObject({ code: "key_file_missing" });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    await writeFile(path, good, { mode: 0o600 });
    await expect(start(path)).resolves.toBeDefined();
  });

  it.each(["0640", "0604", "0620", "0602", "0610", "0601", "0644", "0666"])(
    "refuses a file with mode %s, and takes it with mode 0600",
    async (mode) => {
      const path = await fileOf(good, Number.parseInt(mode, 8));
      await expect(start(path)).rejects.toMatchObject({
        code: "key_file_exposed",
        message: expect.stringContaining(mode),
      });
      await chmod(path, 0o600);
      await expect(start(path)).resolves.toBeDefined();
    },
  );

  it("refuses a file of another user", async () => {
    const path = await fileOf(good);
    const us = process.geteuid?.() ?? 0;
    await expect(start(path, memoryRecords(), us + 1)).rejects.toMatchObject({ code: "key_file_foreign" });
    await expect(start(path, memoryRecords(), us)).resolves.toBeDefined();
  });

  it("refuses a folder and a file that is too large", async () => {
    await expect(start(await folder())).rejects.toMatchObject({ code: "key_file_unreadable" });
    const line = `${good}\n`;
    const full = line + "#".repeat(65_536 - line.length);
    await expect(start(await fileOf(`${full}#`))).rejects.toMatchObject({ code: "key_file_unreadable" });
    await expect(start(await fileOf(full))).resolves.toBeDefined();
  });

  it("does not wait for ever at a pipe in the file's place", async () => {
    const path = join(await folder(), "key-file");
    execFileSync("mkfifo", ["-m", "600", path]);
    await expect(start(path)).rejects.toMatchObject({ code: "key_file_unreadable" });
    await rm(path);
    await writeFile(path, good, { mode: 0o600 });
    await expect(start(path)).resolves.toBeDefined();
  });

  it("takes the endings of Windows' lines and base64 for URLs", async () => {
    const url = goodKey.replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
    const memory = memoryRecords();
    await start(await fileOf(good), memory);
    await expect(start(await fileOf(`k1:${url}\r\n`), memory)).resolves.toBeDefined();
  });
});

describe("the canary", () => {
  it("decides at start whether the key is right", async () => {
    const memory = memoryRecords();
    const { vault } = await start(await fileOf(good), memory);
    const sealed = await vault.seal(slot, new Secret("x"));
    const wrong = await start(await fileOf(newLine("k1")), memory).catch((error: unknown) => error);
    expect(wrong).toMatchObject({
      name: "KeyringError",
      code: "key_wrong",
      message: expect.stringMatching(/ k1 /),
    });
    await expect(start(await fileOf(newLine("k2")), memory)).rejects.toMatchObject({ code: "key_absent" });
    const { vault: again } = await start(await fileOf(good), memory);
    expect(again.open(slot, sealed).reveal()).toBe("x");
    expect([...memory.rows.keys()]).toEqual(["k1"]);
  });

  it("of one key does not pass for that of another", async () => {
    const memory = memoryRecords();
    const path = await fileOf(`${good}\n${newLine("k2")}`);
    await start(path, memory);
    const [first, second] = [memory.rows.get("k1")!, memory.rows.get("k2")!];
    memory.rows.set("k2", { ...second, canary: first.canary });
    await expect(start(path, memory)).rejects.toMatchObject({ code: "key_wrong" });
    memory.rows.set("k2", second);
    await expect(start(path, memory)).resolves.toBeDefined();
  });

  it("lets one of two gateways with different keys of one id start, when both come first at once", async () => {
    const memory = memoryRecords();
    const starts = await Promise.allSettled([1, 2].map(() => vaultOf([newLine("k1")], { memory })));
    expect(starts.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const line = newLine("k1");
    const same = memoryRecords();
    await expect(Promise.all([1, 2].map(() => vaultOf([line], { memory: same })))).resolves.toHaveLength(2);
  });
});

describe("a start with nothing configured", () => {
  const begin = async (
    data: string,
    memory = memoryRecords(),
    bytes = randomBytes as (length: number) => Buffer,
  ) => {
    const said: string[] = [];
    const say = (sentence: string) => void said.push(sentence);
    const vault = await openVault({
      source: embeddedKeys(data),
      records: memory.records,
      randomBytes: bytes,
      say,
    });
    return { vault, said, memory };
  };

  it("makes a key that only its owner can read, says so, and uses it from then on", async () => {
    const data = join(await folder(), "data");
    const { vault, said, memory } = await begin(data);
    const path = join(data, "gateway", "keys");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(said).toEqual([expect.stringContaining(path)]);
    expect(said.join()).not.toContain((await readFile(path, "utf8")).trim().split(":")[1]);
    const sealed = await vault.seal(slot, new Secret("x"));
    const again = await begin(data, memory);
    expect(again.said).toEqual([]);
    expect(again.vault.open(slot, sealed).reveal()).toBe("x");
  });

  it("has mode 0600 under any umask", async () => {
    const before = process.umask(0);
    try {
      const data = await folder();
      await begin(data);
      expect((await stat(join(data, "gateway", "keys"))).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it("makes no new key where the database holds sealed values", async () => {
    const data = await folder();
    const { memory } = await begin(data);
    const path = join(data, "gateway", "keys");
    const copy = await readFile(path);
    await rm(path);
    await expect(begin(data, memory)).rejects.toMatchObject({ code: "key_file_missing" });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    await writeFile(path, copy, { mode: 0o600 });
    await expect(begin(data, memory)).resolves.toBeDefined();
  });

  it("refuses its own file too when it is open to others, or a part of a key", async () => {
    const data = await folder();
    const { memory } = await begin(data);
    const path = join(data, "gateway", "keys");
    const text = await readFile(path);
    await chmod(path, 0o644);
    await expect(begin(data, memory)).rejects.toMatchObject({ code: "key_file_exposed" });
    await chmod(path, 0o600);
    await writeFile(path, text.subarray(0, 20));
    await expect(begin(data, memory)).rejects.toMatchObject({ name: "KeyringError" });
    await writeFile(path, text);
    await expect(begin(data, memory)).resolves.toBeDefined();
  });

  it("ends with one key when many make it at once", async () => {
    for (let round = 0; round < 20; round++) {
      const data = await folder();
      const said: string[] = [];
      const reading = { randomBytes, inUse: false, say: (sentence: string) => void said.push(sentence) };
      const rings = await Promise.all(Array.from({ length: 8 }, () => readKeys(embeddedKeys(data), reading)));
      const keys = rings.map(({ keys }) =>
        [...keys].map(([id, key]) => id + key.export().toString("hex")).join(),
      );
      expect(new Set(keys).size).toBe(1);
      expect(said).toHaveLength(1);
      expect(await readdir(join(data, "gateway"))).toEqual(["keys"]);
    }
  });

  it("takes the key of another maker who comes in between", async () => {
    const data = await folder();
    const other = await fileOf(good);
    await mkdir(join(data, "gateway"));
    let linked: Promise<void> | undefined;
    const late = (length: number) => {
      linked ??= link(other, join(data, "gateway", "keys"));
      return randomBytes(length);
    };
    const said: string[] = [];
    const reading = { randomBytes: late, inUse: false, say: (sentence: string) => void said.push(sentence) };
    const ring = await readKeys(embeddedKeys(data), reading);
    await linked;
    expect([ring.sealingKeyId, said]).toEqual(["k1", []]);
  });

  it("says why, in a sentence, when it can't make the file", async () => {
    const data = await fileOf("a file where the folder should be");
    await expect(begin(data)).rejects.toMatchObject({
      name: "KeyringError",
      message: expect.stringMatching(/\.$/),
    });
  });
});
