import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, ringOf, slot, thrownBy, unreadable, vaultOf } from "./support/vaults.js";

const older = newLine("old");
const newer = newLine("new");

describe("a rotation", () => {
  it("seals with the new key and opens what the old one sealed, without a restart", async () => {
    const { vault } = await vaultOf([older]);
    const before = await vault.seal(slot, new Secret("before"));
    expect(vault.isCurrent(before)).toBe(true);
    await vault.changeKeys(ringOf(newer, older));
    const after = await vault.seal(slot, new Secret("after"));
    expect(Buffer.from(after).subarray(0, 7).toString()).toBe("v1.new.");
    expect([vault.open(slot, before).reveal(), vault.open(slot, after).reveal()]).toEqual([
      "before",
      "after",
    ]);
    expect([vault.isCurrent(before), vault.isCurrent(after)]).toEqual([false, true]);
  });

  it("goes by way of a key that only opens, so that gateways beside each other can read each other", async () => {
    const memory = memoryRecords();
    const { vault: first } = await vaultOf([older, newer], { memory });
    const { vault: second } = await vaultOf([newer, older], { memory });
    const [one, two] = [await first.seal(slot, new Secret("1")), await second.seal(slot, new Secret("2"))];
    expect([second.open(slot, one).reveal(), first.open(slot, two).reveal()]).toEqual(["1", "2"]);
  });

  it("does not drop a key that is in use, and leaves the keys as they are", async () => {
    const { vault, memory } = await vaultOf([older]);
    const sealed = await vault.seal(slot, new Secret("kept"));
    await expect(vault.changeKeys(ringOf(newer))).rejects.toMatchObject({ code: "key_absent" });
    await expect(vault.changeKeys(ringOf(newer, newLine("old")))).rejects.toMatchObject({
      code: "key_wrong",
    });
    expect(vault.open(slot, sealed).reveal()).toBe("kept");
    expect(vault.isCurrent(sealed)).toBe(true);
    expect([...memory.rows.keys()]).toEqual(["old"]);
    memory.rows.delete("old");
    await vault.changeKeys(ringOf(newer));
    expect(thrownBy(() => vault.open(slot, sealed))).toEqual(unreadable);
  });

  it("finishes a seal under the key that it began with", async () => {
    const { vault } = await vaultOf([older]);
    const sealing = vault.seal(slot, new Secret("in flight"));
    await vault.changeKeys(ringOf(newer, older));
    const sealed = await sealing;
    expect(Buffer.from(sealed).subarray(0, 7).toString()).toBe("v1.old.");
    expect(vault.open(slot, sealed).reveal()).toBe("in flight");
  });
});

describe("the count of seals", () => {
  const sealed = async (count: number, limit: number, block: number) => {
    const memory = memoryRecords();
    const { vault } = await vaultOf([older], { memory, measures: { limit, block } });
    const values: Uint8Array[] = [];
    for (let n = 0; n < count; n++) values.push(await vault.seal(slot, new Secret(`${n}`)));
    return { vault, memory, values };
  };

  it("refuses to seal at the limit, and goes on opening", async () => {
    const { vault, memory, values } = await sealed(4, 5, 1);
    expect(memory.rows.get("old")?.seals).toBe(5);
    await expect(vault.seal(slot, new Secret("x"))).rejects.toMatchObject({ code: "seal_limit_reached" });
    expect(vault.open(slot, values[3]!).reveal()).toBe("3");
    await vault.changeKeys(ringOf(newer, older));
    expect(vault.open(slot, await vault.seal(slot, new Secret("x"))).reveal()).toBe("x");
    await expect(sealed(5, 5, 1)).rejects.toMatchObject({ code: "seal_limit_reached" });
    await expect(sealed(5, 6, 1)).resolves.toBeDefined();
  });

  it("is 2^31 unless told otherwise", async () => {
    const memory = memoryRecords();
    const { vault } = await vaultOf([older], { memory });
    memory.rows.set("old", { ...memory.rows.get("old")!, seals: 2 ** 31 - 255 });
    await expect(vault.seal(slot, new Secret("x"))).rejects.toMatchObject({ code: "seal_limit_reached" });
    memory.rows.set("old", { ...memory.rows.get("old")!, seals: 2 ** 31 - 256 });
    await expect(vault.seal(slot, new Secret("x"))).resolves.toBeDefined();
  });

  it("asks the database once for a block, however many seals wait for it", async () => {
    const { vault, memory } = await vaultOf([older], { measures: { block: 10 } });
    await Promise.all(Array.from({ length: 25 }, () => vault.seal(slot, new Secret("x"))));
    expect(memory.asked).toEqual(["old", "old", "old"]);
    expect(memory.rows.get("old")?.seals).toBe(31);
  });

  it("is one for all gateways", async () => {
    const memory = memoryRecords();
    const measures = { limit: 21, block: 5 };
    const vaults = await Promise.all([1, 2, 3].map(() => vaultOf([older], { memory, measures })));
    const tries = Array.from({ length: 30 }, (_, n) => vaults[n % 3]!.vault.seal(slot, new Secret("x")));
    const done = (await Promise.allSettled(tries)).filter(({ status }) => status === "fulfilled");
    expect(done).toHaveLength(20);
  });

  it("refuses where the key's record is gone, and where the database does not answer", async () => {
    const { vault, memory } = await vaultOf([older]);
    const row = memory.rows.get("old")!;
    memory.rows.delete("old");
    await expect(vault.seal(slot, new Secret("x"))).rejects.toMatchObject({ code: "seal_limit_reached" });
    memory.rows.set("old", row);
    const { countSeals } = memory.records;
    memory.records.countSeals = () => Promise.reject(new Error("away"));
    await expect(vault.seal(slot, new Secret("x"))).rejects.toThrow("away");
    memory.records.countSeals = countSeals;
    await expect(vault.seal(slot, new Secret("x"))).resolves.toBeDefined();
  });
});
