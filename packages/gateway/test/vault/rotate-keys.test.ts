import { readdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealedPlaces, slotAt } from "../../src/domain/sealed-places.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { makeConnectLink, readConnectLink } from "../../src/flows/connect-link.js";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { vaultKeys } from "../../src/flows/vault-state.js";
import { databases } from "../support/databases.js";
import { bytes, newSession } from "../support/rows.js";
import { publicUrl } from "../support/world.js";
import { caller, newRotationWorld, type RotationWorld } from "./support/rotation-world.js";
import { newLine, slot } from "./support/vaults.js";
import { rowOf, tenant } from "./support/writers.js";

describe.each(databases)("a rotation on %s", (_, make) => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await newRotationWorld(await make());
  });
  afterEach(() => world.close());
  const idsUnder = async () => [...(await world.store.sealedValues.count()).keys()];
  const begin = (wish = {}) => beginRotation(world.ports, wish, caller);

  it("seals every value of every place anew, and takes the old key out of database and file", async () => {
    const { store, vault, path } = world;
    const before = await world.texts();
    expect(new Set(before).size).toBeGreaterThan(7);
    expect(await idsUnder()).toEqual(["first"]);
    const { keyId } = await begin();
    expect([vault.sealingKeyId(), await world.fileIds()]).toEqual([keyId, [keyId, "first"]]);
    await world.finish();
    expect(await world.texts()).toEqual(before);
    expect(await idsUnder()).toEqual([keyId]);
    expect((await store.vaultRecords.keys()).map((key) => key.keyId)).toEqual([keyId]);
    expect(await readFile(path, "utf8")).toMatch(new RegExp(`^${keyId}:[^\\n]{44}\\n# the first key\\n$`));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(path))).toEqual(["keys"]);
    expect(await store.rotations.last()).toMatchObject({ keyId, resealed: before.length });
    expect(await world.texts(await world.another())).toEqual(before);
    expect(await store.audit.list(tenant, 0, 10)).toMatchObject([{ action: "vault.rotate", id: keyId }]);

    // A second run finds nothing under the first one's key either, and its link key is sealed anew as well.
    const second = await begin();
    await world.finish();
    expect(await idsUnder()).toEqual([second.keyId]);
    expect(await world.texts()).toEqual(before);
  });

  it("keeps the old keys where that is asked for, and never seals with them again", async () => {
    const { vault } = world;
    const { keyId } = await begin({ keep: true });
    await world.finish();
    expect(await world.fileIds()).toEqual([keyId, "first"]);
    expect(await vaultKeys(world.ports)).toMatchObject([
      { id: "first", state: "retiring", values: 0 },
      { id: keyId, state: "sealing", limit: 2 ** 31 },
    ]);
    const lines = (await readFile(world.path, "utf8")).split("\n").filter((line) => line.includes(":"));
    await world.writeFile(...lines.reverse());
    await vault.followKeys();
    expect([await world.fileIds(), vault.sealingKeyId()]).toEqual([["first", keyId], keyId]);
  });

  it("promotes a key that is in the file already, by its id, and refuses one that isn't or was taken out", async () => {
    const [first = ""] = (await readFile(world.path, "utf8")).split("\n").slice(1);
    await expect(begin({ key: "later" })).rejects.toMatchObject({ code: "request_invalid" });
    await world.writeFile(first, newLine("later"));
    // A gateway whose file has it as a later line follows what the database says, whatever the order of its lines.
    const elsewhere = await world.another();
    expect(elsewhere.sealingKeyId()).toBe("first");
    expect(await begin({ key: "later" })).toMatchObject({ keyId: "later" });
    expect(await world.fileIds()).toEqual(["later", "first"]);
    await world.writeFile(first, ...(await readFile(world.path, "utf8")).split("\n").slice(0, 1));
    await elsewhere.followKeys();
    expect(elsewhere.sealingKeyId()).toBe("later");
    await expect(begin({ key: "first" })).rejects.toMatchObject({ code: "rotation_running" });
    expect(await begin({ key: "later" })).toMatchObject({ finishedAt: null });
    await world.finish();
    expect(await idsUnder()).toEqual(["later"]);
    await world.writeFile((await readFile(world.path, "utf8")).trim(), first);
    await expect(begin({ key: "first" })).rejects.toMatchObject({ code: "request_invalid" });
    await world.vault.followKeys();
    expect((await world.store.vaultRecords.keys()).map(({ keyId }) => keyId)).toEqual(["later"]);
  });

  it("leaves a key alone until what is on its way under it must have arrived, and seals that anew too", async () => {
    const { store, vault } = world;
    const id = rowOf(1);
    const place = slotAt(sealedPlaces.connectionSession, tenant, id);
    const late = await vault.seal(place, new Secret("late"));
    const { keyId } = await begin();
    const carry = (graceMs: number) => carryRotationOn(world.ports, { owner: "test", graceMs });
    while ((await carry(60_000)) > 0);
    expect([await idsUnder(), await world.fileIds()]).toEqual([[keyId], [keyId, "first"]]);
    const generation = (await store.connections.get(tenant, id))?.generation ?? 0;
    await store.connections.putSession(tenant, id, generation, { ...newSession("s"), sealedSession: late });
    expect(await carry(60_000)).toBe(1);
    const row = await store.connections.get(tenant, id);
    expect(row?.generation).toBe(generation + 1);
    expect(vault.open(place, row?.sealedSession ?? bytes("")).reveal()).toBe("late");
    await world.finish();
    // What comes after the end is refused, and nothing that was there is touched.
    await expect(
      store.connections.putSession(tenant, id, generation + 1, { ...newSession("s"), sealedSession: late }),
    ).rejects.toMatchObject({ code: "store_failed" });
    expect(
      vault.open(place, (await store.connections.get(tenant, id))?.sealedSession ?? bytes("")).reveal(),
    ).toBe("late");
  });

  it("keeps a key whose value can't be opened, and says how many there are", async () => {
    const { store, vault } = world;
    const foreign = await vault.seal(slot, new Secret("of another row"));
    const app = await store.apps.get(tenant, rowOf(3));
    await store.apps.put(tenant, { ...app!, sealedKeys: foreign, at: 1 });
    const { keyId } = await begin();
    await world.finish();
    expect(await vaultKeys(world.ports)).toMatchObject([
      { id: "first", state: "retiring", values: 1 },
      { id: keyId, state: "sealing" },
    ]);
    expect(await world.fileIds()).toEqual([keyId, "first"]);
  });

  it("lets links that were signed under the old key work on until they end, though the key is gone", async () => {
    const ports = { ...world.ports, publicUrl };
    const connection = (await world.store.connections.get(tenant, rowOf(3)))!;
    const token = (await makeConnectLink(ports, connection, 60_000)).url.split("/").at(-1) ?? "";
    for (const _run of [1, 2]) {
      await begin();
      await world.finish();
      expect((await readConnectLink(ports, token)).connection.id).toBe(connection.id);
      const other = { ...ports, vault: await world.another() };
      expect((await readConnectLink(other, token)).connection.id).toBe(connection.id);
    }
    const later = { ...ports, now: () => ports.now() + 60_000 };
    await expect(readConnectLink(later, token)).rejects.toMatchObject({ code: "link_invalid" });
    expect(await world.store.vaultRecords.forgetLinkKeys()).toBe(0);
  });

  it("is seen by other gateways on the same file: at once where a value names a new key, else when they look", async () => {
    const other = await world.another();
    const { keyId } = await begin();
    const sealed = await world.vault.seal(slot, new Secret("new"));
    expect(other.sealingKeyId()).toBe("first");
    expect(other.open(slot, sealed).reveal()).toBe("new");
    expect(other.linkKey(keyId)?.key.equals(world.vault.linkKey(keyId)!.key)).toBe(true);
    expect(other.linkKey("none")).toBeUndefined();
    expect(other.sealingKeyId()).toBe("first");
    expect([await other.followKeys(), await other.followKeys()]).toEqual([1, 0]);
    expect(other.sealingKeyId()).toBe(keyId);
  });

  it("cures a key that has reached its limit: sealing is refused until then, and reading goes on", async () => {
    const { store } = world;
    const before = await world.texts();
    const measures = { limit: 1_000, block: 10 };
    const [{ seals = 0 } = {}] = await store.vaultRecords.keys();
    const near = async (share: number) => {
      const now = (await store.vaultRecords.keys())[0]?.seals ?? 0;
      await store.vaultRecords.countSeals("first", share * 1_000 - now, 2_000);
    };
    expect(seals).toBeLessThan(790);
    await near(0.79);
    const vault = await world.another(measures);
    const told = () => world.warned.filter((line) => line.startsWith("seal_limit_near"));
    expect(told()).toEqual([]);
    await near(0.8);
    for (const _look of [1, 2]) await vault.followKeys();
    expect(told()).toEqual(['seal_limit_near {"key_id":"first","seals":800,"limit":1000}']);
    await near(1);
    await expect(vault.seal(slot, new Secret("x"))).rejects.toMatchObject({ code: "seal_limit_reached" });
    await vault.followKeys();
    expect(told()).toHaveLength(2);
    expect(await world.texts(vault)).toEqual(before);
    await begin();
    // It has not looked since: the refusal itself makes it look.
    expect(vault.open(slot, await vault.seal(slot, new Secret("x"))).reveal()).toBe("x");
    await world.finish();
    expect(await world.texts(vault)).toEqual(before);
  });
});
