import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyFileOf } from "../../src/adapters/vault/key-source.js";
import { openVault } from "../../src/adapters/vault/open-vault.js";
import type { VaultRecords } from "../../src/ports/vault-records.js";
import { databases } from "../support/databases.js";
import { memoryRecords } from "./support/memory-records.js";
import { newRotationWorld } from "./support/rotation-world.js";
import { newLine, slot } from "./support/vaults.js";

describe("a gateway that reads the keys while another changes them", () => {
  let folder: string;
  let path: string;
  let memory: ReturnType<typeof memoryRecords>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-followed-"));
    path = join(folder, "keys");
    await writeFile(path, `${newLine("old")}\n`, { mode: 0o600 });
    memory = memoryRecords();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const open = (records: VaultRecords = memory.records) =>
    openVault({ source: keyFileOf(path), records, randomBytes, say: () => undefined });

  /** The records, of which `keys` waits once for what is done between the file and the database. */
  function heldRecords() {
    let hold: { before: () => Promise<unknown>; after: () => Promise<unknown> } | undefined;
    let skip = 0;
    const keys = async () => {
      if (skip-- > 0) return memory.records.keys();
      const held = hold;
      hold = undefined;
      await held?.before();
      const found = await memory.records.keys();
      await held?.after();
      return found;
    };
    return {
      records: { ...memory.records, keys },
      hold(work: Partial<NonNullable<typeof hold>>, after = 0) {
        skip = after;
        hold = { before: async () => undefined, after: async () => undefined, ...work };
      },
    };
  }

  it("reads the file again where the database knows a key that was not in it a moment ago", async () => {
    const { records, hold } = heldRecords();
    const [one, other] = [await open(records), await open()];
    let made = "";
    hold({ before: async () => (made = await other.promoteKey()) });
    expect(await one.followKeys()).toBe(1);
    expect(one.sealingKeyId()).toBe(made);
    hold({ before: async () => (made = await other.promoteKey()) }, 1);
    expect((await open(records)).sealingKeyId()).toBe(made);
  });

  it("refuses a key that the file does not get, and keeps those that it has", async () => {
    const one = await open();
    const row = memory.rows.get("old")!;
    memory.rows.set("gone", { ...row, keyId: "gone" });
    await expect(one.followKeys()).rejects.toMatchObject({ code: "key_absent" });
    await expect(open()).rejects.toMatchObject({ code: "key_absent" });
    memory.rows.delete("gone");
    expect(await one.followKeys()).toBe(0);
  });

  it("does not put keys that it read before in the place of those that it was lent since", async () => {
    const { records, hold } = heldRecords();
    const [one, other] = [await open(records), await open()];
    let sealed: Uint8Array | undefined;
    hold({
      async after() {
        await other.promoteKey();
        sealed = await other.seal(slot, new Secret("token"));
        expect(one.open(slot, sealed).reveal()).toBe("token");
      },
    });
    await one.followKeys();
    expect(one.open(slot, sealed!).reveal()).toBe("token");
    expect(one.isCurrent(sealed!)).toBe(true);
  });

  it("follows one after the other, so that the last to end has read last", async () => {
    const { records, hold } = heldRecords();
    const [one, other] = [await open(records), await open()];
    let free = () => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    hold({ after: () => held });
    const slow = one.followKeys();
    await setImmediate();
    const made = await other.promoteKey();
    const quick = one.followKeys();
    await setImmediate();
    free();
    await Promise.all([slow, quick]);
    expect(one.sealingKeyId()).toBe(made);
  });
});

describe.each(databases)("a key on %s that is taken out", (_, make) => {
  it("gets no record again from a gateway that has read its line before", async () => {
    const world = await newRotationWorld(await make());
    try {
      const { vaultRecords } = world.store;
      const later = newLine("later");
      const text = await readFile(world.path, "utf8");
      await world.writeFile(text.trim(), later);
      await world.vault.followKeys();
      const retire = () => vaultRecords.retire("later", { sealedLinkKey: new Uint8Array(), ms: 1 });
      let retired: Promise<boolean> | undefined;
      let asked = 0;
      /** Takes the key out between the first question and the second. */
      const ask = async <T>(work: () => Promise<T>): Promise<T> => {
        if (asked++ === 1) retired = retire();
        await retired;
        return work();
      };
      const records: VaultRecords = {
        ...vaultRecords,
        keys: () => ask(vaultRecords.keys),
        retired: () => ask(vaultRecords.retired),
      };
      // The start asks for the keys once before.
      asked = -1;
      const source = keyFileOf(world.path);
      await openVault({ source, records, randomBytes, say: () => undefined });
      expect(await retired).toBe(true);
      expect((await vaultRecords.keys()).map(({ keyId }) => keyId)).toEqual(["first"]);
      await vaultRecords.plant({ keyId: "later", canary: new Uint8Array([1]), seals: 1 });
      expect((await vaultRecords.keys()).map(({ keyId }) => keyId)).toEqual(["first"]);
    } finally {
      await world.close();
    }
  });
});
