import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { keyFileOf } from "../../src/adapters/vault/key-source.js";
import { openVault } from "../../src/adapters/vault/open-vault.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { vaultKeys } from "../../src/flows/vault-state.js";
import { databases } from "../support/databases.js";
import { friday } from "../support/world.js";
import { caller, newRotationWorld } from "./support/rotation-world.js";
import { newLine, slot } from "./support/vaults.js";

describe.each(databases)("a key file beside a database on %s that may not be its own", (_, make) => {
  it("loses no key that this database has sealed nothing with, until it has", async () => {
    const world = await newRotationWorld(await make());
    const { vault, ports } = world;
    const rotate = async (wish = {}) => {
      const { keyId } = await beginRotation(ports, wish, caller);
      await world.finish();
      return keyId;
    };
    try {
      const text = await readFile(world.path, "utf8");
      await world.writeFile(text.trim(), newLine("others"));
      const second = await rotate();
      expect(await world.fileIds()).toEqual([second, "others"]);
      expect((await world.store.vaultRecords.retired()).map(({ keyId }) => keyId)).toEqual(["first"]);
      expect((await vaultKeys(ports)).find(({ id }) => id === "others")).toMatchObject({ seals: 1 });
      expect(await rotate({ key: "others" })).toBe("others");
      expect(await world.fileIds()).toEqual(["others"]);
      await vault.seal(slot, new Secret("by it"));
      const last = await rotate();
      expect(await world.fileIds()).toEqual([last]);
    } finally {
      await world.close();
    }
  });

  it("is left alone where nothing was ever sealed, and rotated once something was", async () => {
    const database = await make();
    const folder = await mkdtemp(join(tmpdir(), "kunji-unsealed-"));
    const path = join(folder, "keys");
    const lines = `${newLine("theirs")}\n${newLine("older")}\n`;
    await writeFile(path, lines, { mode: 0o600 });
    const store = await database.open();
    try {
      const source = keyFileOf(path);
      const records = store.vaultRecords;
      const vault = await openVault({ source, records, randomBytes, say: () => undefined });
      await store.tenants.add(caller.tenant, { name: "t", madeBy: null, at: friday });
      const ports = { store, vault, randomBytes, now: () => friday };
      for (const wish of [{}, { key: "older" }, { keep: true }])
        await expect(beginRotation(ports, wish, caller)).rejects.toMatchObject({
          code: "key_file_unusable",
          message: expect.stringMatching(/DATABASE_URL, or KUNJI_DATA/),
        });
      expect([await readFile(path, "utf8"), await store.rotations.last()]).toEqual([lines, undefined]);
      await vault.seal(slot, new Secret("one value"));
      expect(await beginRotation(ports, { key: "older" }, caller)).toMatchObject({ keyId: "older" });
    } finally {
      await store.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
