import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { promoteKey } from "../../src/adapters/vault/key-file-changes.js";
import { keyFileOf } from "../../src/adapters/vault/key-source.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { databases } from "../support/databases.js";
import { caller, newRotationWorld, type RotationWorld } from "./support/rotation-world.js";
import { newLine } from "./support/vaults.js";
import { writeValue } from "./support/writers.js";

describe.each(databases)("a rotation on %s that died with its key in the file alone", (_, make) => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await newRotationWorld(await make());
  });
  afterEach(() => world.close());
  const begin = () => beginRotation(world.ports, {}, caller);

  /** What one does until it is killed. */
  async function die(): Promise<string> {
    await world.store.rotations.prepare("dead", 1);
    return promoteKey(keyFileOf(world.path).file, undefined, randomBytes);
  }

  it("leaves it to the next one, whether or not gateways have sealed with it, and whether or not it is the first", async () => {
    let before = "first";
    for (const sealed of [false, true, true, false]) {
      const left = await die();
      const restarted = await world.another();
      if (sealed) await writeValue({ ...world.ports, vault: restarted }, 0, 2);
      expect(await world.fileIds()).toEqual([left, before]);
      const { keyId } = await begin();
      expect([keyId, await world.fileIds()]).toEqual([left, [left, before]]);
      await world.finish();
      const known = (await world.store.vaultRecords.keys()).map((key) => key.keyId);
      expect([known, await world.fileIds()]).toEqual([[left], [left]]);
      expect(await world.texts()).not.toContain("unreadable");
      before = left;
    }
    // Where none has died a new key is made.
    expect((await begin()).keyId).not.toBe(before);
  });

  it("is not taken for one that only lies further down in the file", async () => {
    const [first = ""] = (await readFile(world.path, "utf8")).split("\n").slice(1);
    await world.writeFile(first, newLine("later"));
    await world.vault.followKeys();
    const { keyId } = await begin();
    expect(["first", "later"]).not.toContain(keyId);
    expect(await world.fileIds()).toEqual([keyId, "first", "later"]);
  });
});
