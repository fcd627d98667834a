import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  embeddedKeys,
  type KeyReading,
  keyFileOf,
  readKeys,
  readKeysNow,
} from "../../src/adapters/vault/key-source.js";
import { newLine } from "./support/vaults.js";

let folder: string;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-source-"));
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, "gateway", "keys");
const reading = (change: Partial<KeyReading> = {}): KeyReading => ({
  randomBytes,
  inUse: false,
  say: (sentence) => void said.push(sentence),
  ...change,
});
const missing = (message: string) => ({ name: "KeyringError", code: "key_file_missing", message });

describe("where the keys come from", () => {
  it("is a file that is named by its setting, or by its path in the data folder, of who runs this", () => {
    const owner = process.geteuid?.();
    expect(keyFileOf("/run/keys")).toEqual({
      file: { path: "/run/keys", named: "The file that KUNJI_KEY_FILE names", owner },
      made: false,
    });
    expect(embeddedKeys(folder)).toEqual({
      file: { path: path(), named: `The key file ${path()}`, owner },
      made: true,
    });
    expect([keyFileOf("/run/keys", 7).file.owner, embeddedKeys(folder, 8).file.owner]).toEqual([7, 8]);
  });
});

describe("a key file that is not there", () => {
  it("is to be made by the operator where nothing was sealed, or to be put back", async () => {
    const source = keyFileOf(join(folder, "keys"));
    await expect(readKeys(source, reading())).rejects.toMatchObject(
      missing(
        "The file that KUNJI_KEY_FILE names does not exist. Make it with mode 0600 and one line, <id>:<key>, with a key from: openssl rand -base64 32",
      ),
    );
    await expect(readKeys(source, reading({ inUse: true }))).rejects.toMatchObject(
      missing(
        "The file that KUNJI_KEY_FILE names is gone, and the database holds values sealed with its keys. Put its copy back.",
      ),
    );
    await expect(readKeys(embeddedKeys(folder), reading({ inUse: true }))).rejects.toMatchObject(
      missing(
        `The key file ${path()} is gone, and the database holds values sealed with its keys. Put its copy back.`,
      ),
    );
    expect(said).toEqual([]);
  });

  it("is made in the data folder, with one key of chance, and the operator is told to copy it", async () => {
    const { sealingKeyId, keys } = await readKeys(embeddedKeys(folder), reading());
    expect(sealingKeyId).toMatch(/^k[0-9a-f]{8}$/);
    const line = `${sealingKeyId}:${keys.get(sealingKeyId)?.export().toString("base64")}\n`;
    expect(await readFile(path(), "utf8")).toBe(line);
    expect(said).toEqual([
      `A new key was made in ${path()}. Without this file nothing of the database can be read: keep a copy.`,
    ]);
  });

  it("is missed too where it goes as soon as it was made", async () => {
    const say = () => rmSync(path());
    await expect(readKeys(embeddedKeys(folder), reading({ say }))).rejects.toMatchObject({
      name: "KeyringError",
      code: "key_file_missing",
    });
    expect((await readKeys(embeddedKeys(folder), reading())).keys.size).toBe(1);
  });
});

describe("the keys of this moment", () => {
  it("are those of the file, and none where it can't be used", async () => {
    const source = keyFileOf(join(folder, "keys"));
    expect(readKeysNow(source)).toBeUndefined();
    await writeFile(source.file.path, "no key file", { mode: 0o600 });
    expect(readKeysNow(source)).toBeUndefined();
    await writeFile(source.file.path, newLine("k1"));
    expect(readKeysNow(source)?.sealingKeyId).toBe("k1");
  });
});
