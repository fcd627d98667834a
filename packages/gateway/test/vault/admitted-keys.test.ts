import { randomBytes } from "node:crypto";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { createAesVault, type VaultParts } from "../../src/adapters/vault/aes-vault.js";
import type { RetiredKey } from "../../src/ports/vault-records.js";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, ringOf, slot, vaultOf } from "./support/vaults.js";

const retiredKey = (keyId: string): RetiredKey => ({
  keyId,
  retiredAt: 1,
  seals: 1,
  sealedLinkKey: null,
  linksUntil: 1,
});
const lines = () => ["one", "two", "three"].map(newLine);

async function vaultFrom(memory: ReturnType<typeof memoryRecords>, parts: Partial<VaultParts> = {}) {
  const keyring = ringOf(...lines());
  return createAesVault({ keyring, records: memory.records, randomBytes, ...parts });
}

describe("the key that seals", () => {
  it("is the first of the file that neither was taken out nor is on its way out", async () => {
    const memory = memoryRecords();
    const keyring = ringOf(...lines());
    const sealing = async () => (await vaultFrom(memory, { keyring })).sealingKeyId();
    expect(await sealing()).toBe("one");
    memory.rows.delete("one");
    memory.records.retired = async () => [retiredKey("one")];
    expect([await sealing(), memory.rows.has("one")]).toEqual(["two", false]);
    memory.rows.set("two", { ...memory.rows.get("two")!, retiringAt: 1 });
    expect(await sealing()).toBe("three");
    memory.rows.set("three", { ...memory.rows.get("three")!, retiringAt: 1 });
    expect(await sealing()).toBe("one");
  });

  it("is asked about on no value that is not sealed", async () => {
    const { vault } = await vaultOf([newLine("one")]);
    const sealed = await vault.seal(slot, new Secret("x"));
    const others = [sealed, sealed.subarray(0, 20), Buffer.from("no sealed value")];
    expect(others.map((value) => vault.isCurrent(value))).toEqual([true, false, false]);
  });
});

describe("keys that a vault is given", () => {
  it("are asked about once where all have been there before, and again where one is new", async () => {
    const memory = memoryRecords();
    const { keys } = memory.records;
    let asked = 0;
    memory.records.keys = () => {
      asked++;
      return keys();
    };
    const keyring = ringOf(...lines());
    await vaultFrom(memory, { keyring });
    expect(asked).toBe(2);
    await vaultFrom(memory, { keyring });
    expect(asked).toBe(3);
  });

  it("are told of when they near their limit, which is 2^31 seals unless told otherwise", async () => {
    const memory = memoryRecords();
    const keyring = ringOf(...lines());
    const told: string[] = [];
    const warn = (what: string, facts: object) => void told.push(`${what} ${JSON.stringify(facts)}`);
    const limits: number[] = [];
    for (const measures of [undefined, { limit: 10 }, { block: 2 }]) {
      limits.push((await vaultFrom(memory, { keyring, warn, measures })).sealLimit);
      memory.rows.set("two", { ...memory.rows.get("two")!, seals: 8 });
    }
    expect(limits).toEqual([2 ** 31, 10, 2 ** 31]);
    expect(told).toEqual(['seal_limit_near {"key_id":"two","seals":8,"limit":10}']);
  });

  it("are not taken where they are not the last any more", async () => {
    const memory = memoryRecords();
    const keyring = ringOf(newLine("one"));
    const vault = await vaultFrom(memory, { keyring });
    const later = { sealingKeyId: "two", keys: new Map([...ringOf(newLine("two")).keys, ...keyring.keys]) };
    expect([await vault.takeKeys(later, () => false), vault.holds("two")]).toEqual([false, false]);
    expect([await vault.takeKeys(later, () => true), vault.sealingKeyId()]).toEqual([true, "two"]);
  });

  it("are lent beside those that it has, whose place they never take", async () => {
    const { vault } = await vaultOf([newLine("one")]);
    const sealed = await vault.seal(slot, new Secret("mine"));
    const others = ringOf(newLine("one"), newLine("two"));
    vault.lend(others.keys);
    expect(vault.open(slot, sealed).reveal()).toBe("mine");
    expect([vault.holds("two"), vault.holds("three"), vault.sealingKeyId()]).toEqual([true, false, "one"]);
    expect(vault.linkKey("two")?.id).toBe("two");
  });
});
