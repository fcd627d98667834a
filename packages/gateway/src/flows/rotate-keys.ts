import { setImmediate } from "node:timers/promises";
import { Secret } from "kunji";
import { KeyringError } from "../domain/keyring-error.js";
import { Problem } from "../domain/problem.js";
import { type SealedPlace, sealedPlaces, slotAt } from "../domain/sealed-places.js";
import { VaultError } from "../domain/vault-error.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { Ports } from "../ports/ports.js";
import type { Rotation } from "../ports/rotations.js";
import type { StoredSeal } from "../ports/sealed-values.js";
import { sentLinkMs } from "./connect-link.js";

/** What a rotation needs. */
export type RotationPorts = Pick<Ports, "store" | "vault" | "randomBytes" | "signals">;

/** How a rotation is carried on. */
export interface RotationPace {
  /** Who carries it on: an id of this process. */
  readonly owner: string;
  /**
   * How long a key stays after the rotation's begin, in ms, though nothing lies under it: what was sealed with it and is on its
   * way into the database must arrive.
   */
  readonly graceMs?: number | undefined;
  /** How many values are sealed anew in one transaction. */
  readonly batch?: number | undefined;
  /** How long this one has the rotation for itself between two batches, in ms. */
  readonly leaseMs?: number | undefined;
}

/** What a rotation is asked for. */
export interface RotationWish {
  /** A key of the key file; a new one is made where it is left out. */
  readonly key?: string | undefined;
  /** Whether the keys before it stay. */
  readonly keep?: boolean | undefined;
}

/** Longer than any writer is on its way from sealing to its commit, in ms. */
export const keyGraceMs = 60_000;
/** How long a rotation waits for whoever carried it on last, and died, in ms. */
const defaultLeaseMs = 5_000;
const hex = ({ randomBytes }: Pick<Ports, "randomBytes">, length: number): string =>
  Buffer.from(randomBytes(length)).toString("hex");

/** Seals one value anew; `undefined` where it can't be opened: it stays as it is. */
async function sealedAnew({ vault }: RotationPorts, { slot, sealed }: StoredSeal) {
  try {
    return await vault.seal(slot, vault.open(slot, sealed));
  } catch (error) {
    if (error instanceof VaultError && error.code === "sealed_unreadable") return undefined;
    throw error;
  }
}

/** Seals the values of one place anew, batch after batch. Answers how many. */
async function resealPlace(
  ports: RotationPorts,
  { id }: Rotation,
  { keyId, place }: { readonly keyId: string; readonly place: SealedPlace },
  { owner, batch = 100, leaseMs = defaultLeaseMs }: RotationPace,
  stopping: AbortSignal | undefined,
): Promise<number> {
  const { store } = ports;
  let after: readonly string[] | undefined;
  let resealed = 0;
  while (!stopping?.aborted && (await store.rotations.claim(owner, leaseMs))) {
    const found = await store.sealedValues.under(place, keyId, { after, limit: batch });
    const renewed = await Promise.all(
      found.map(async (was) => ({ was, sealed: await sealedAnew(ports, was) })),
    );
    const done = await store.transaction(async (parts) => {
      let count = 0;
      for (const { was, sealed } of renewed)
        if (sealed && (await parts.sealedValues.replace(place, was, sealed))) count++;
      if (count > 0) await parts.rotations.count(id, count);
      return count;
    });
    resealed += done;
    after = found.at(-1)?.key;
    if (found.length < batch) break;
    // Where the database is in this process, others want their turn.
    await setImmediate();
  }
  return resealed;
}

/** Takes the keys out that no value lies under, then their lines. */
async function retireKeys(ports: RotationPorts, { keyId: current }: Rotation): Promise<void> {
  const { store, vault } = ports;
  const before = await store.vaultRecords.keys();
  for (const { keyId } of before) {
    const link = keyId === current ? undefined : vault.linkKey(keyId);
    if (!link) continue;
    const text = new Secret(link.key.export().toString("base64"));
    const sealedLinkKey = await vault.seal(slotAt(sealedPlaces.linkKey, "", keyId), text);
    await store.vaultRecords.retire(keyId, { sealedLinkKey, ms: sentLinkMs });
  }
  await vault.followKeys();
  const retired = await store.vaultRecords.retired();
  await vault.dropKeys(retired.map(({ keyId }) => keyId));
}

async function carryOn(
  ports: RotationPorts,
  rotation: Rotation,
  pace: RotationPace,
  stopping: AbortSignal | undefined,
): Promise<number> {
  const { store, vault } = ports;
  await vault.followKeys();
  // Another gateway has the key; this one must be given it.
  if (vault.sealingKeyId() !== rotation.keyId) {
    ports.signals.warn("rotation_key_absent", { key_id: rotation.keyId });
    return 0;
  }
  let resealed = 0;
  for (const { keyId } of await store.vaultRecords.keys()) {
    if (keyId === rotation.keyId) continue;
    for (const place of Object.values(sealedPlaces))
      resealed += await resealPlace(ports, rotation, { keyId, place }, pace, stopping);
  }
  if (resealed > 0 || stopping?.aborted) return resealed;
  if ((await store.clock()) < rotation.startedAt + (pace.graceMs ?? keyGraceMs)) return 0;
  if (!(await store.rotations.claim(pace.owner, pace.leaseMs ?? defaultLeaseMs))) return 0;
  if (!rotation.keep) await retireKeys(ports, rotation);
  await store.rotations.finish(rotation.id);
  return 0;
}

/**
 * Carries the running rotation on by one round over all values, where one runs and nobody else is at it. Answers how many
 * values were sealed anew. It may be cut short anywhere: whoever carries it on goes by what lies in the database.
 * @throws KeyringError, VaultError `seal_limit_reached`
 */
export async function carryRotationOn(
  ports: RotationPorts,
  pace: RotationPace,
  stopping?: AbortSignal,
): Promise<number> {
  const { rotations, vaultRecords } = ports.store;
  const rotation = await rotations.claim(pace.owner, pace.leaseMs ?? defaultLeaseMs);
  if (!rotation) {
    await vaultRecords.forgetLinkKeys();
    return 0;
  }
  try {
    return await carryOn(ports, rotation, pace, stopping);
  } finally {
    await rotations.release(rotation.id, pace.owner);
  }
}

/** What a caller is told of keys that can't be used. */
function keysProblem(error: unknown): unknown {
  if (!(error instanceof KeyringError)) return error;
  if (error.code === "key_unknown")
    return new Problem("request_invalid", { field: "key", detail: error.message });
  return new Problem("key_file_unusable", { detail: error.message });
}

/**
 * Begins a rotation, or answers the one that runs: everything is sealed with the new key from then on, and a gateway carries on
 * from there.
 * @param caller the operator's API key; `undefined` for the command
 * @throws Problem `request_invalid` {field: `key`} for a key that is not in the file or was taken out before; `rotation_running`
 *   where one to another key runs; `key_file_unusable`
 */
export async function beginRotation(
  ports: RotationPorts & Pick<Ports, "now">,
  { key, keep = false }: RotationWish,
  caller: Pick<ApiKey, "tenant"> & { readonly id: string | null },
): Promise<Rotation> {
  const { store, vault } = ports;
  const last = await store.rotations.last();
  if (last?.finishedAt === null) {
    if (key === undefined || key === last.keyId) return last;
    throw new Problem("rotation_running");
  }
  if (key !== undefined && (await store.vaultRecords.retired()).some(({ keyId }) => keyId === key))
    throw new Problem("request_invalid", {
      field: "key",
      detail: "The key was taken out before, and never comes back: name another, or none for a new one.",
    });
  const keyId = await vault.promoteKey(key).catch((error: unknown) => Promise.reject(keysProblem(error)));
  const begun = await store.transaction(async (parts) => {
    const rotation = await parts.rotations.begin({ id: `rot_${hex(ports, 12)}`, keyId, keep });
    const { tenant, id } = caller;
    if (rotation)
      await parts.audit.append(tenant, {
        at: ports.now(),
        key: id,
        action: "vault.rotate",
        kind: "vault",
        id: keyId,
      });
    return rotation;
  });
  if (!begun) throw new Problem("rotation_running");
  await vault.followKeys();
  return begun;
}
