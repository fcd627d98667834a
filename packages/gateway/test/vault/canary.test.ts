import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkCanaries, plantCanaries } from "../../src/adapters/vault/canary.js";
import { openWith, sealWith } from "../../src/adapters/vault/ring-seal.js";
import type { Slot } from "../../src/domain/slot.js";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, ringOf, thrownBy } from "./support/vaults.js";

const place: Slot = { tenant: "", kind: "installation", id: "vault", field: "canary" };
const ring = ringOf(newLine("k1"), newLine("k2"), newLine("k3"));

async function planted(spent: readonly string[] = []) {
  const { records, rows } = memoryRecords();
  const plant = async () =>
    plantCanaries(ring, { known: await records.keys(), spent: new Set(spent) }, records, randomBytes);
  return { answer: await plant(), known: await records.keys(), rows, plant };
}

describe("a canary", () => {
  it("is planted once for each key, and for none that was taken out", async () => {
    const { answer, known, rows, plant } = await planted(["k2"]);
    expect([answer, known.map(({ keyId, seals }) => [keyId, seals])]).toEqual([
      true,
      [
        ["k1", 1],
        ["k3", 1],
      ],
    ]);
    expect([await plant(), rows.size]).toEqual([false, 2]);
    rows.delete("k3");
    expect([await plant(), rows.size]).toEqual([true, 2]);
    expect(rows.get("k1")?.canary).toBe(known[0]?.canary);
  });

  it("says the same in every version of the gateway, in a place of its own", async () => {
    const { known } = await planted();
    for (const { canary } of known) expect(openWith(ring, place, canary)).toBe("This is the right key.");
    const canary = sealWith(ring, "k1", place, "This is another key.", randomBytes);
    for (const bad of [canary, Buffer.from("no sealed value")]) {
      const row = { keyId: "k1", canary: bad, seals: 1, retiringAt: null };
      expect(thrownBy(() => checkCanaries(ring, [row]))).toMatchObject({ code: "key_wrong" });
    }
    expect(() => checkCanaries(ring, known)).not.toThrow();
  });

  it("of a key that is not there, or is another one, stops the start with a sentence", async () => {
    const { known } = await planted();

    const fewer = { sealingKeyId: "k1", keys: new Map([...ring.keys].slice(0, 2)) };
    expect(thrownBy(() => checkCanaries(fewer, known))).toMatchObject({
      name: "KeyringError",
      code: "key_absent",
      message:
        "The database holds values sealed with the key k3, which is not among the keys. Put its line back into the key file, or set DATABASE_URL, or KUNJI_DATA, to the database of these keys.",
    });
    const wrong = {
      sealingKeyId: "k1",
      keys: new Map([...ring.keys, ...ringOf(newLine("k2"), newLine("k3")).keys]),
    };
    expect(thrownBy(() => checkCanaries(wrong, known))).toMatchObject({
      name: "KeyringError",
      code: "key_wrong",
      message:
        "The key k2 is not the one that sealed the values of this database. Put the right key file in its place, or set DATABASE_URL, or KUNJI_DATA, to the database of this one.",
    });
  });
});
