import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { createAesVault } from "../../src/adapters/vault/aes-vault.js";
import { keyLine, readKeyring } from "../../src/domain/keyring.js";
import { memoryRecords } from "./support/memory-records.js";
import { slot } from "./support/vaults.js";

const keyBytes = Buffer.from("KEYMARK-7f3a9c1e-KEYMARK-5d2b8e4");
const textMark = "TEXTMARK-2b8c4f6a~+/=%TEXTMARK";

/** Eight ways in which a text may be found again. */
function spellings(bytes: Buffer): readonly string[] {
  const text = bytes.toString("latin1");
  return [
    text,
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    encodeURIComponent(text),
    [...bytes].join(","),
    [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ];
}

/** The spellings of either mark that an output holds; `inspect` writes bytes in hex with spaces between. */
function foundIn(output: string): readonly string[] {
  const dense = output.replaceAll(/\s/g, "");
  return [keyBytes, Buffer.from(textMark)].flatMap(spellings).filter((spelling) => dense.includes(spelling));
}

const everything = (value: unknown): string =>
  [
    inspect(value, {
      depth: 20,
      showHidden: true,
      getters: true,
      maxArrayLength: null,
      maxStringLength: null,
    }),
    JSON.stringify(value) ?? "",
    String(value),
    value instanceof Error ? `${value.stack} ${JSON.stringify(Object.getOwnPropertyDescriptors(value))}` : "",
  ].join("\n");

describe("keys and texts", () => {
  it("are in nothing that the vault shows, throws or keeps", async () => {
    const keyring = readKeyring(keyLine("k1", keyBytes), "The file");
    const memory = memoryRecords();
    const vault = await createAesVault({
      keyring,
      records: memory.records,
      randomBytes,
      measures: { limit: 2, block: 1 },
    });
    const sealed = await vault.seal(slot, new Secret(textMark));
    const opened = vault.open(slot, sealed);
    const errors = [
      () => vault.open({ ...slot, id: "c2" }, sealed),
      () => vault.open(slot, sealed.subarray(0, 40)),
      () => vault.open(slot, Buffer.from(textMark)),
      () => vault.seal(slot, new Secret(textMark)),
      () => vault.seal(slot, new Secret(`${textMark}\ud83d`)),
      () => vault.changeKeys(readKeyring(keyLine("k2", keyBytes), "The file")),
      () => readKeyring(`${keyLine("k1", keyBytes)}x`, "The file"),
      () => readKeyring(keyBytes.toString("base64"), "The file"),
      () => readKeyring(keyBytes.toString("hex"), "The file"),
      () => readKeyring(keyBytes.toString("latin1"), "The file"),
      () => readKeyring(`${keyLine("k1", keyBytes)}\n${keyLine("k1", keyBytes)}`, "The file"),
      () => readKeyring(`${keyLine(keyBytes.toString("base64url"), keyBytes)}`, "The file"),
    ];
    const shown: unknown[] = [vault, opened, keyring, [...memory.rows.values()], Buffer.from(sealed)];
    for (const work of errors) {
      const thrown = await (async () => work())().then(
        () => "nothing was thrown",
        (error: unknown) => error,
      );
      expect(thrown).toBeInstanceOf(Error);
      shown.push(thrown);
    }
    for (const value of shown) expect(foundIn(everything(value))).toEqual([]);
    expect(opened.reveal()).toBe(textMark);
  });

  it.each([
    ["in an object", { deep: { key: keyBytes.toString("base64") } }],
    ["in bytes", keyBytes],
    ["in an error", new Error(`bad: ${textMark}`)],
    ["in an error's cause", new Error("bad", { cause: { text: encodeURIComponent(textMark) } })],
  ])("would be found %s", (_, leak) => {
    expect(foundIn(everything(leak))).not.toEqual([]);
  });
});
