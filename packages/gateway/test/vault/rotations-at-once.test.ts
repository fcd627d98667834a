import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { databases } from "../support/databases.js";
import { newPostgres } from "../support/postgres.js";
import { caller, newRotationWorld, type RotationWorld } from "./support/rotation-world.js";
import { writeValue } from "./support/writers.js";

describe.each(databases)("rotations on %s that are begun at once", (name, make) => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await newRotationWorld(await make());
  });
  afterEach(() => world.close());
  const knownIds = async () => (await world.store.vaultRecords.keys()).map(({ keyId }) => keyId);

  it("make one key, which both answer, and every key that the database knows is in the file", async () => {
    const other = await world.another();
    const texts = (await world.texts()).length;
    const pairs = name === "SQLite" ? 30 : 6;
    for (let pair = 0; pair < pairs; pair++) {
      const one = beginRotation(world.ports, {}, caller);
      await wait((pair % 15) * 0.7);
      const two = beginRotation({ ...world.ports, vault: other }, {}, caller);
      const [{ keyId }, { keyId: second }] = await Promise.all([one, two]);
      expect(second).toBe(keyId);
      await writeValue(world.ports, 0, pair + 2);
      const file = await world.fileIds();
      expect((await knownIds()).filter((id) => !file.includes(id))).toEqual([]);
      const found = await world.texts(await world.another());
      expect(found).not.toContain("unreadable");
      expect(found).toHaveLength(texts);
      await world.finish();
      expect([await knownIds(), await world.fileIds()]).toEqual([[keyId], [keyId]]);
    }
  }, 60_000);

  it("make one key where each has a file of its own, and the loser's file gets none", async () => {
    const { rotations } = world.store;
    expect(await rotations.begin({ id: "none", keyId: "first", keep: false })).toBeUndefined();
    expect([await rotations.prepare("one", 60_000), await rotations.prepare("two", 60_000)]).toEqual([
      true,
      false,
    ]);
    // Nothing runs yet, and nobody carries it on.
    expect([await rotations.last(), await rotations.claim("x", 1_000)]).toEqual([undefined, undefined]);
    expect(await rotations.begin({ id: "two", keyId: "first", keep: false })).toBeUndefined();
    await rotations.abandon("two");
    const waiting = beginRotation(world.ports, {}, caller);
    await wait(150);
    expect(await world.fileIds()).toEqual(["first"]);
    expect(await rotations.begin({ id: "one", keyId: "first", keep: true })).toMatchObject({ id: "one" });
    expect(await waiting).toMatchObject({ id: "one", keyId: "first" });
    expect(await world.fileIds()).toEqual(["first"]);
  });

  it("take the place of one that died before it had a key, and of one whose file could not be used", async () => {
    const { rotations } = world.store;
    expect(await rotations.prepare("dead", 1)).toBe(true);
    expect(await beginRotation(world.ports, {}, caller)).toMatchObject({ finishedAt: null });
    await world.finish();
    await expect(beginRotation(world.ports, { key: "absent" }, caller)).rejects.toMatchObject({
      code: "request_invalid",
    });
    expect(await rotations.prepare("next", 1)).toBe(true);
  });

  it("do not end while a value came under an old key after the last look", async () => {
    const { store, ports } = world;
    const { keyId } = await beginRotation(ports, {}, caller);
    const sealedValues = { ...store.sealedValues, under: async () => [] };
    const blind = { ...ports, store: { ...store, sealedValues } };
    await carryRotationOn(blind, { owner: "test", graceMs: 0 });
    expect((await store.rotations.last())?.finishedAt).toBeNull();
    await world.finish();
    expect([[...(await store.sealedValues.count()).keys()], await world.fileIds()]).toEqual([
      [keyId],
      [keyId],
    ]);
  });
});

describe("a rotation on PostgreSQL", () => {
  it("does not end while others hold rows that it has passed by", async () => {
    const { url, drop } = await newPostgres();
    const place = { url };
    const world = await newRotationWorld({ place, open: () => openStore(place), drop });
    const other = new Client({ connectionString: url });
    await other.connect();
    try {
      const { keyId } = await beginRotation(world.ports, {}, caller);
      await other.query("begin");
      await other.query("select id from connections for update");
      for (let round = 0; round < 3; round++)
        await carryRotationOn(world.ports, { owner: "test", graceMs: 0 });
      expect((await world.store.rotations.last())?.finishedAt).toBeNull();
      await other.query("rollback");
      await world.finish();
      expect([...(await world.store.sealedValues.count()).keys()]).toEqual([keyId]);
    } finally {
      await other.end();
      await world.close();
    }
  });
});
