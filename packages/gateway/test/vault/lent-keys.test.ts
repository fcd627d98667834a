import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { embeddedKeys, keyFileOf } from "../../src/adapters/vault/key-source.js";
import { openVault } from "../../src/adapters/vault/open-vault.js";
import type { SealMeasures } from "../../src/adapters/vault/seal-counter.js";
import type { Vault } from "../../src/ports/vault.js";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, slot, thrownBy, unreadable } from "./support/vaults.js";

const absent = { name: "VaultError", code: "key_absent" };
const text = new Secret("token");
let folder: string;
let path: string;
let memory: ReturnType<typeof memoryRecords>;
let [old, newer, last] = ["", "", ""];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-lent-"));
  path = join(folder, "keys");
  memory = memoryRecords();
  [old, newer, last] = [newLine("old"), newLine("newer"), newLine("last")];
  await write(old);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (...lines: readonly string[]) => writeFile(path, `${lines.join("\n")}\n`, { mode: 0o600 });
const open = (measures?: SealMeasures) =>
  openVault({
    source: keyFileOf(path),
    records: memory.records,
    randomBytes,
    say: () => undefined,
    measures,
  });
const keyOf = async (vault: Vault) =>
  Buffer.from(await vault.seal(slot, text))
    .toString("latin1")
    .split(".")[1];

describe("a gateway beside one that has put another key first", () => {
  it.each<[string, (vault: Vault, sealed: Uint8Array) => unknown]>([
    ["a value", (vault, sealed) => vault.open(slot, sealed).reveal() === "token"],
    ["a link", (vault) => vault.linkKey("newer")?.id === "newer"],
    ["a question", (vault) => vault.holds("newer")],
  ])("finds the key in the file, as soon as it is there, for %s", async (_, ask) => {
    const one = await open();
    expect([one.holds("newer"), one.linkKey("newer")]).toEqual([false, undefined]);
    await write(newer, old);
    const sealed = await (await open()).seal(slot, text);
    expect([ask(one, sealed), one.sealingKeyId()]).toEqual([true, "old"]);
  });

  it("seals with that key from the first value on that lies under it", async () => {
    const one = await open();
    const own = await one.seal(slot, text);
    await write(newer, old);
    expect([one.open(slot, own).reveal(), one.holds("old"), await keyOf(one)]).toEqual([
      "token",
      true,
      "old",
    ]);
    one.open(slot, await (await open()).seal(slot, text));
    expect([await keyOf(one), one.sealingKeyId()]).toEqual(["newer", "newer"]);
    await write(last, newer, old);
    expect(await keyOf(one)).toBe("newer");
  });

  it("tells a value whose key it lacks from one that can't be opened", async () => {
    const one = await open();
    await write(newer, old);
    const sealed = await (await open()).seal(slot, text);
    const own = await one.seal(slot, text);
    await write(old);
    expect(thrownBy(() => one.open(slot, sealed))).toMatchObject(absent);
    await rm(path);
    expect(thrownBy(() => one.open(slot, sealed))).toMatchObject(absent);
    for (const bad of [Buffer.from("no sealed value"), own.subarray(0, -1)])
      expect(thrownBy(() => one.open(slot, bad))).toEqual(unreadable);
    await write(newer, old);
    expect(one.open(slot, sealed).reveal()).toBe("token");
  });

  it("goes on with the keys that it has where the file can't be used", async () => {
    const one = await open();
    await write("no key file");
    expect([one.holds("newer"), await keyOf(one)]).toEqual([false, "old"]);
    await write(newer, old);
    expect(one.holds("newer")).toBe(true);
    await write("no key file");
    expect(await keyOf(one)).toBe("old");
    await write(newer, old);
    expect(await keyOf(one)).toBe("newer");
  });
});

describe("a gateway whose key was taken out, and whose file lacks the one in its place", () => {
  it("seals nothing until the file has it, and can open what it could", async () => {
    const one = await open();
    const sealed = await one.seal(slot, text);
    await write(newer);
    memory.rows.delete("old");
    await open();
    await write(old);
    expect(await keyOf(one)).toBe("old");
    await expect(one.followKeys()).rejects.toMatchObject({ name: "KeyringError", code: "key_absent" });
    await expect(one.seal(slot, text)).rejects.toMatchObject(absent);
    expect(one.open(slot, sealed).reveal()).toBe("token");
    await write(newer);
    expect([await keyOf(one), one.sealingKeyId()]).toEqual(["newer", "newer"]);
  });

  it("seals on where its own key is still there, though the file lacks another", async () => {
    const one = await open();
    memory.rows.set("gone", { ...memory.rows.get("old")!, keyId: "gone" });
    await expect(one.followKeys()).rejects.toMatchObject({ code: "key_absent" });
    expect(await keyOf(one)).toBe("old");
  });

  it("is not said to lack a key where the file is wrong in another way", async () => {
    const one = await open();
    await write("no key file");
    memory.rows.delete("old");
    await expect(one.followKeys()).rejects.toMatchObject({ code: "key_file_format" });
    await expect(one.seal(slot, text)).rejects.toMatchObject({ code: "seal_limit_reached" });
  });
});

describe("a gateway whose key has sealed as much as it may", () => {
  it("takes the one that another gateway has put first since", async () => {
    const one = await open({ limit: 2, block: 1 });
    expect(await keyOf(one)).toBe("old");
    await expect(one.seal(slot, text)).rejects.toMatchObject({ code: "seal_limit_reached" });
    await write("no key file");
    await expect(one.seal(slot, text)).rejects.toMatchObject({ code: "seal_limit_reached" });
    await write(newer, old);
    expect(await keyOf(one)).toBe("newer");
  });

  it("follows for nothing else that it can't seal", async () => {
    const one = await open({ limit: 2, block: 1 });
    await write(newer, old);
    await expect(one.seal(slot, new Secret("\ud83d"))).rejects.toMatchObject({ code: "text_unsealable" });
    memory.records.countSeals = () => Promise.reject(new Error("away"));
    await expect(one.seal(slot, text)).rejects.toThrow("away");
    expect(one.sealingKeyId()).toBe("old");
  });
});

describe("following the keys", () => {
  it("says whether anything has changed", async () => {
    const one = await open();
    expect(await one.followKeys()).toBe(0);
    await write("# a comment", old);
    expect(await one.followKeys()).toBe(0);
    for (const lines of [
      [old, newer],
      [old, last, newer],
      [old, newer, last],
      [newer, old, last],
    ]) {
      await write(...lines);
      expect([await one.followKeys(), await one.followKeys()]).toEqual([1, 0]);
    }
    const row = memory.rows.get("newer")!;
    memory.rows.set("newer", { ...row, retiringAt: 1 });
    expect([await one.followKeys(), one.sealingKeyId(), await one.followKeys()]).toEqual([1, "old", 0]);
    memory.rows.delete("last");
    await write(newer, old, newLine("last"));
    expect([await one.followKeys(), await one.followKeys()]).toEqual([1, 0]);
    memory.rows.delete("last");
    await write(newer, old);
    expect([await one.followKeys(), await one.followKeys()]).toEqual([1, 0]);
  });

  it("sees a key that goes under another id", async () => {
    await write(old, newer);
    const one = await open();
    memory.rows.delete("newer");
    await write(old, newer.replace("newer", "renamed"));
    expect([await one.followKeys(), one.holds("newer"), one.holds("renamed")]).toEqual([1, false, true]);
  });

  it("makes no new key in the place of a file that has gone", async () => {
    const source = embeddedKeys(folder);
    const one = await openVault({ source, records: memory.records, randomBytes, say: () => undefined });
    const lines = await readFile(source.file.path);
    await rm(source.file.path);
    await expect(one.followKeys()).rejects.toMatchObject({ code: "key_file_missing" });
    expect(existsSync(source.file.path)).toBe(false);
    await writeFile(source.file.path, lines, { mode: 0o600 });
    expect(await one.followKeys()).toBe(0);
  });

  it("comes with every key that it puts first or takes out of the file", async () => {
    const one = await open();
    await write(old, newer);
    expect([await one.promoteKey("newer"), one.sealingKeyId()]).toEqual(["newer", "newer"]);
    const made = await one.promoteKey();
    expect(one.sealingKeyId()).toBe(made);
    memory.rows.delete("old");
    await one.dropKeys(["old"]);
    expect([one.holds("old"), one.holds("newer"), one.linkKey("old")]).toEqual([false, true, undefined]);
  });

  it("does not come with keys that are in the file no more", async () => {
    const one = await open();
    await write(newer, old);
    await one.dropKeys(["gone"]);
    expect(one.sealingKeyId()).toBe("old");
  });
});
