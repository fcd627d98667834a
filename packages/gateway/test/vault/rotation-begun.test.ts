import { readFile, rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginRotation, type RotationWish } from "../../src/flows/begin-rotation.js";
import type { Vault } from "../../src/ports/vault.js";
import { databases } from "../support/databases.js";
import { skipWaits } from "../support/waits.js";
import { caller, newRotationWorld, type RotationWorld } from "./support/rotation-world.js";
import { newLine } from "./support/vaults.js";
import { tenant } from "./support/writers.js";

const [, onFile] = databases[0];

describe("a rotation that is begun", () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await newRotationWorld(await onFile());
  });
  afterEach(() => world.close());
  const begin = (wish: RotationWish = {}, vault: Vault = world.vault) =>
    beginRotation({ ...world.ports, vault }, wish, caller);
  const linesOf = async () =>
    (await readFile(world.path, "utf8")).split("\n").filter((line) => line.includes(":"));
  /** Lets the database have counted so many seals of a key. */
  async function countTo(keyId: string, seals: number): Promise<void> {
    const { vaultRecords } = world.store;
    const now = (await vaultRecords.keys()).find((key) => key.keyId === keyId)?.seals ?? 0;
    expect(await vaultRecords.countSeals(keyId, seals - now, 2 ** 31)).toBe(true);
  }

  it("says what is wrong with the key that was named, and nothing has begun", async () => {
    await expect(begin({ key: "later" })).rejects.toMatchObject({
      code: "request_invalid",
      facts: { field: "key", detail: expect.stringContaining("has no key with this id") },
    });
    expect(await world.store.rotations.last()).toBeUndefined();
    await world.writeFile(...(await linesOf()), newLine("later"));
    expect(await begin({ key: "later" })).toMatchObject({ keyId: "later" });
    await world.finish();
    await expect(begin({ key: "first" })).rejects.toMatchObject({
      code: "request_invalid",
      facts: { field: "key", detail: expect.stringContaining("was taken out before, and never comes back") },
    });
    expect(await begin()).toMatchObject({ finishedAt: null });
  });

  it("says what is wrong with a key file that can't be used, and begins once it is back", async () => {
    const lines = await linesOf();
    await rm(world.path);
    await expect(begin()).rejects.toMatchObject({
      code: "key_file_unusable",
      facts: { detail: expect.stringContaining("Put its copy back") },
    });
    await world.writeFile(...lines);
    expect(await begin()).toMatchObject({ finishedAt: null });
  });

  it("passes on what else goes wrong as it is, and keeps nobody waiting", async () => {
    const broken = new Error("out of order");
    const promoteKey = () => Promise.reject(broken);
    await expect(begin({}, { ...world.vault, promoteKey })).rejects.toBe(broken);
    expect(await world.store.rotations.prepare("next", 1)).toBe(true);
  });

  it("begins anew where it took too long with its key, three times at most, and is noted once", async () => {
    const { rotations, audit } = world.store;
    /** Gives the turn to another one, which is dead at once, as often as that. */
    const slow = (times: number): Vault => {
      let left = times;
      return {
        ...world.vault,
        async promoteKey(keyId) {
          const promoted = await world.vault.promoteKey(keyId);
          if (left-- <= 0) return promoted;
          for (const id of prepared) await rotations.abandon(id);
          expect(await rotations.prepare("another", 1)).toBe(true);
          return promoted;
        },
      };
    };
    const prepared: string[] = [];
    const ports = () => ({
      ...world.ports,
      store: {
        ...world.store,
        rotations: {
          ...rotations,
          async prepare(id: string, ms: number) {
            prepared.push(id);
            return rotations.prepare(id, ms);
          },
        },
      },
    });
    const tried = (times: number) => beginRotation({ ...ports(), vault: slow(times) }, {}, caller);
    await expect(tried(3)).rejects.toMatchObject({ code: "rotation_running" });
    expect([await rotations.last(), await audit.list(tenant, 0, 10)]).toEqual([undefined, []]);
    const begun = await tried(2);
    expect(begun).toMatchObject({ id: prepared.at(-1), finishedAt: null });
    expect(await audit.list(tenant, 0, 10)).toMatchObject([
      { action: "vault.rotate", kind: "vault", id: begun.keyId, key: caller.id },
    ]);
  });

  it("is answered to who began it, also where another gateway has ended it already", async () => {
    const followKeys = async () => {
      await world.finish();
      return world.vault.followKeys();
    };
    const begun = await begin({}, { ...world.vault, followKeys });
    expect(begun.id).toMatch(/^rot_[0-9a-f]{24}$/);
    const last = await world.store.rotations.last();
    expect(last).toMatchObject({ id: begun.id, keyId: begun.keyId, finishedAt: expect.any(Number) });
    expect(await world.store.audit.list(tenant, 0, 10)).toHaveLength(1);
  });

  it("waits a quarter of a minute for one that is still being prepared, and is refused then", async () => {
    const { rotations } = world.store;
    expect(await rotations.prepare("another", 60_000)).toBe(true);
    let waited = 0;
    const waitAgain = skipWaits((ms = 0) => {
      waited += ms;
    });
    try {
      await expect(begin()).rejects.toMatchObject({ code: "rotation_running" });
      expect(waited).toBe(15_000);
      await rotations.abandon("another");
      expect([await begin(), waited]).toMatchObject([{ finishedAt: null }, 15_000]);
    } finally {
      waitAgain();
    }
  });

  it("seals with its key at once, also where that had sealed before", async () => {
    const { keyId } = await begin({ keep: true });
    expect(world.vault.sealingKeyId()).toBe(keyId);
    await world.finish();
    expect(await begin({ key: "first" })).toMatchObject({ keyId: "first" });
    expect(world.vault.sealingKeyId()).toBe("first");
  });

  it("makes a new key behind one that kept the old keys, however much these have sealed", async () => {
    const { keyId } = await begin({ keep: true });
    await world.finish();
    await countTo("first", 1_000_000);
    expect(["first", keyId]).not.toContain((await begin()).keyId);
  });

  it("takes the key that a person has put first behind one that kept the old keys", async () => {
    await begin({ keep: true });
    await world.finish();
    await world.writeFile(newLine("later"), ...(await linesOf()));
    expect(await begin()).toMatchObject({ keyId: "later" });
  });

  it("takes a first key for one in use only where no other has sealed as much", async () => {
    await world.writeFile(newLine("zeroth"), ...(await linesOf()));
    await world.vault.followKeys();
    await countTo("first", 5_000);
    await countTo("zeroth", 5_001);
    const { keyId } = await begin();
    expect(["first", "zeroth"]).not.toContain(keyId);
  });

  it("takes a first key that has sealed as much as the one before it", async () => {
    await world.writeFile(newLine("zeroth"), ...(await linesOf()));
    await world.vault.followKeys();
    await countTo("first", 5_000);
    await countTo("zeroth", 5_000);
    expect(await begin()).toMatchObject({ keyId: "zeroth" });
  });
});
