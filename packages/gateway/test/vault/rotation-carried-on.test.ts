import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeyringError } from "../../src/domain/keyring-error.js";
import { VaultError } from "../../src/domain/vault-error.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { carryRotationOn, type RotationPace } from "../../src/flows/rotate-keys.js";
import type { Ports } from "../../src/ports/ports.js";
import type { Vault } from "../../src/ports/vault.js";
import { databases } from "../support/databases.js";
import { caller, newRotationWorld, type RotationWorld } from "./support/rotation-world.js";
import { slot } from "./support/vaults.js";
import { rowOf, tenant } from "./support/writers.js";

const [, onFile] = databases[0];

describe("a round of a rotation", () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await newRotationWorld(await onFile());
  });
  afterEach(() => world.close());
  const begin = () => beginRotation(world.ports, {}, caller);
  interface Carrying extends Partial<RotationPace> {
    readonly vault?: Partial<Vault>;
    readonly store?: Partial<Ports["store"]>;
    readonly stopping?: AbortSignal;
  }
  const carry = ({ vault, store, stopping, ...pace }: Carrying = {}) =>
    carryRotationOn(
      { ...world.ports, vault: { ...world.vault, ...vault }, store: { ...world.store, ...store } },
      { owner: "test", graceMs: 0, ...pace },
      stopping,
    );
  const hasEnded = async () => (await world.store.rotations.last())?.finishedAt !== null;
  /** An app's keys that nobody can open, in place of its own. */
  async function spoil(row: string): Promise<void> {
    const sealedKeys = await world.vault.seal(slot, new Secret("of another row"));
    const app = await world.store.apps.get(tenant, row);
    await world.store.apps.put(tenant, { ...app!, sealedKeys, at: 1 });
  }

  it("ends at a vault that can't seal any more, and leaves the rest to one that can", async () => {
    await begin();
    const seal = () => Promise.reject(new VaultError("seal_limit_reached"));
    // Within the minute no key is taken out, so that it is values that it has to seal.
    const carryBy = (sealing: Vault["seal"]) => carry({ graceMs: 60_000, vault: { seal: sealing } });
    await expect(carryBy(seal)).rejects.toMatchObject({ code: "seal_limit_reached" });
    const broken = new Error("out of order");
    await expect(carryBy(() => Promise.reject(broken))).rejects.toBe(broken);
    expect(await hasEnded()).toBe(false);
    await world.finish();
    expect(await world.texts()).not.toContain("unreadable");
  });

  it("that is stopped ends no rotation, though nothing was left to do", async () => {
    await begin();
    while ((await carry({ graceMs: 60_000 })) > 0);
    await carry({ stopping: AbortSignal.abort() });
    expect(await hasEnded()).toBe(false);
    await carry();
    expect(await hasEnded()).toBe(true);
  });

  it("that has lost its claim in the end leaves the end to whoever has it", async () => {
    await begin();
    while ((await carry({ graceMs: 60_000 })) > 0);
    const { rotations } = world.store;
    let claims = 0;
    /** Another one takes the claim over while the database is asked for its time. */
    const clock = async () => {
      claims = 1;
      return world.store.clock();
    };
    const claim = (owner: string, ms: number) =>
      claims > 0 ? Promise.resolve(undefined) : rotations.claim(owner, ms);
    await carry({ store: { clock, rotations: { ...rotations, claim } } });
    expect([claims, await hasEnded()]).toEqual([1, false]);
    await carry();
    expect(await hasEnded()).toBe(true);
  });

  it("that names no time leaves a key for a minute from the begin", async () => {
    const { startedAt } = await begin();
    const carryAt = (now: number) => carry({ graceMs: undefined, store: { clock: async () => now } });
    while ((await carryAt(startedAt)) > 0);
    await carryAt(startedAt + 59_999);
    expect(await hasEnded()).toBe(false);
    await carryAt(startedAt + 60_000);
    expect(await hasEnded()).toBe(true);
  });

  it("has the rotation for itself as long as it was told, for five seconds where it was told nothing", async () => {
    const { rotations } = world.store;
    for (const [leaseMs, expected] of [
      [undefined, 5_000],
      [40_000, 40_000],
    ]) {
      const asked: number[] = [];
      const claim = (owner: string, ms: number) => {
        asked.push(ms);
        return rotations.claim(owner, ms);
      };
      await begin();
      while (!(await hasEnded())) await carry({ leaseMs, store: { rotations: { ...rotations, claim } } });
      expect([...new Set(asked)]).toEqual([expected]);
    }
  });

  it("leaves the rotation to another one at once, also where it has failed", async () => {
    const { id } = await begin();
    const { rotations } = world.store;
    await carry({ graceMs: 60_000 });
    expect(await rotations.claim("another", 60_000)).toMatchObject({ id });
    expect(await carry()).toBe(0);
    await rotations.release(id, "another");
    const broken = new Error("out of order");
    await expect(carry({ vault: { followKeys: () => Promise.reject(broken) } })).rejects.toBe(broken);
    expect(await rotations.claim("another", 60_000)).toMatchObject({ id });
  });

  it("that passes by rows that others hold does not end the rotation, whether or not the old keys stay", async () => {
    for (const keep of [true, false]) {
      await beginRotation(world.ports, { keep }, caller);
      const transaction: Ports["store"]["transaction"] = (work) =>
        world.store.transaction((parts) =>
          work({ ...parts, sealedValues: { ...parts.sealedValues, replace: async () => false } }),
        );
      expect([await carry({ store: { transaction } }), await hasEnded()]).toEqual([0, false]);
      await world.finish();
      expect(await world.texts()).not.toContain("unreadable");
    }
  });

  it("does not count all values where every old key could be taken out: that takes long", async () => {
    await begin();
    const { sealedValues } = world.store;
    const count = () => Promise.reject(new Error("too long"));
    while (!(await hasEnded())) await carry({ store: { sealedValues: { ...sealedValues, count } } });
    expect((await world.store.vaultRecords.keys()).map(({ keyId }) => keyId)).not.toContain("first");
  });

  it("erases link keys whose links have all ended, once no rotation runs", async () => {
    const { vaultRecords } = world.store;
    const linkKeyOf = async (id: string) =>
      (await vaultRecords.retired()).find(({ keyId }) => keyId === id)?.sealedLinkKey;
    const { keyId } = await begin();
    const retire: typeof vaultRecords.retire = (id, links) => vaultRecords.retire(id, { ...links, ms: -1 });
    while (!(await hasEnded())) await carry({ store: { vaultRecords: { ...vaultRecords, retire } } });
    await begin();
    await world.finish();
    for (const id of ["first", keyId]) expect(await linkKeyOf(id)).toBeInstanceOf(Uint8Array);
    expect(await carry()).toBe(0);
    expect(await linkKeyOf("first")).toBeNull();
    expect(await linkKeyOf(keyId)).toBeInstanceOf(Uint8Array);
  });

  it("passes by what it can't open, one value at a time too, and seals all else", async () => {
    await spoil(rowOf(2));
    const { keyId } = await begin();
    const all = [...(await world.store.sealedValues.count()).values()].reduce((sum, n) => sum + n);
    let resealed = 0;
    for (let n = -1; n !== 0; resealed += n) n = await carry({ batch: 1 });
    expect(resealed).toBe(all - 1);
    expect(await hasEnded()).toBe(true);
    expect(await world.store.sealedValues.count()).toEqual(
      new Map([
        ["first", 1],
        [keyId, all - 1],
      ]),
    );
  });

  it("does not end it for one key that has nothing left but what can't be opened, while another has more", async () => {
    await spoil(rowOf(2));
    await beginRotation(world.ports, { keep: true }, caller);
    await world.finish();
    await begin();
    const { sealedValues } = world.store;
    const middle = (await world.fileIds())[1];
    const under: typeof sealedValues.under = (place, keyId, page) =>
      keyId === middle ? Promise.resolve([]) : sealedValues.under(place, keyId, page);
    await carry({ store: { sealedValues: { ...sealedValues, under } } });
    expect([(await sealedValues.count()).get("first"), await hasEnded()]).toEqual([1, false]);
    await world.finish();
    expect([(await sealedValues.count()).get("first"), await hasEnded()]).toEqual([1, true]);
  });

  it("tells of the rotation's key where the file here lacks it, and throws whatever else is wrong with the keys", async () => {
    const { keyId } = await begin();
    const absent: string[] = [];
    const lacking: Partial<Vault> = {
      followKeys: () => Promise.reject(new KeyringError("key_absent", "Put its line back.")),
      holds: () => false,
      sealingKeyId: () => "first",
    };
    const tell = (id: string) => void absent.push(id);
    expect([await carry({ vault: lacking, absent: tell }), absent]).toEqual([0, [keyId]]);
    expect(await carry({ vault: lacking })).toBe(0);
    const wrong = new KeyringError("key_wrong", "Put the right file back.");
    const unfollowed = { ...lacking, followKeys: () => Promise.reject(wrong) };
    await expect(carry({ vault: unfollowed, absent: tell })).rejects.toBe(wrong);
    expect([absent, await hasEnded()]).toEqual([[keyId], false]);
    await world.finish();
    expect(await hasEnded()).toBe(true);
  });
});
