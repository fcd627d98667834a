import { setImmediate } from "node:timers/promises";
import { Secret } from "kunji";
import { type SealedPlace, sealedPlaces, slotAt } from "../domain/sealed-places.js";
import { VaultError } from "../domain/vault-error.js";
import type { Ports } from "../ports/ports.js";
import type { Rotation } from "../ports/rotations.js";
import type { StoredSeal } from "../ports/sealed-values.js";
import { sentLinkMs } from "./connect-link.js";
import { type AbsenceWarning, lacksKey } from "./follow-keys.js";
import { hasSealed } from "./sealed-here.js";

/** What a rotation needs. */
export type RotationPorts = Pick<Ports, "store" | "vault" | "randomBytes">;

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
  /** Takes the id of the rotation's key where the file here lacks it. */
  readonly absent?: AbsenceWarning | undefined;
}

/** Longer than any writer is on its way from sealing to its commit, in ms. */
export const keyGraceMs = 60_000;
/** How long a rotation waits for whoever carried it on last, and died, in ms. */
const defaultLeaseMs = 5_000;

/** Seals one value anew; `undefined` where it can't be opened: it stays as it is. */
async function sealedAnew({ vault }: RotationPorts, { slot, sealed }: StoredSeal) {
  try {
    return await vault.seal(slot, vault.open(slot, sealed));
  } catch (error) {
    if (error instanceof VaultError && error.code === "sealed_unreadable") return undefined;
    throw error;
  }
}

/** What one round over the values has come to. */
interface Round {
  resealed: number;
  /** Values that can be opened and were not replaced: another one had their row. The next round takes them. */
  passed: number;
  /** Values of each key that can't be opened. */
  readonly unreadable: Map<string, number>;
  /** Whether every value was tried. */
  whole: boolean;
}

/** Seals the values of one place anew, batch after batch. */
async function resealPlace(
  ports: RotationPorts,
  { id }: Rotation,
  { keyId, place }: { readonly keyId: string; readonly place: SealedPlace },
  { owner, batch = 100, leaseMs = defaultLeaseMs }: RotationPace,
  round: Round,
  stopping: AbortSignal | undefined,
): Promise<void> {
  const { store } = ports;
  let after: readonly string[] | undefined;
  while (!stopping?.aborted && (await store.rotations.claim(owner, leaseMs))) {
    const found = await store.sealedValues.under(place, keyId, { after, limit: batch });
    const last = found.at(-1);
    if (!last) return;
    const renewed = await Promise.all(
      found.map(async (was) => ({ was, sealed: await sealedAnew(ports, was) })),
    );
    const done = await store.transaction(async (parts) => {
      let count = 0;
      for (const { was, sealed } of renewed)
        if (sealed && (await parts.sealedValues.replace(place, was, sealed))) count++;
      await parts.rotations.count(id, count);
      return count;
    });
    const opened = renewed.filter(({ sealed }) => sealed !== undefined).length;
    round.resealed += done;
    round.passed += opened - done;
    round.unreadable.set(keyId, (round.unreadable.get(keyId) ?? 0) + renewed.length - opened);
    after = last.key;
    // Where the database is in this process, others want their turn.
    await setImmediate();
  }
  round.whole = false;
}

/**
 * Takes the keys out that were sealed with and that no value lies under any more, then their lines. Answers whether nothing is
 * left but values that the round could not open.
 */
async function retireKeys(
  ports: RotationPorts,
  { keyId: current }: Rotation,
  { unreadable }: Round,
): Promise<boolean> {
  const { store, vault } = ports;
  const before = await store.vaultRecords.keys();
  const stayed: string[] = [];
  for (const record of before) {
    const { keyId } = record;
    // What nothing was sealed with here may be what another database lies under.
    const link = keyId === current || !hasSealed(record) ? undefined : vault.linkKey(keyId);
    if (!link) continue;
    const text = new Secret(link.key.export().toString("base64"));
    const sealedLinkKey = await vault.seal(slotAt(sealedPlaces.linkKey, "", keyId), text);
    if (!(await store.vaultRecords.retire(keyId, { sealedLinkKey, ms: sentLinkMs }))) stayed.push(keyId);
  }
  await vault.followKeys();
  const retired = await store.vaultRecords.retired();
  await vault.dropKeys(retired.map(({ keyId }) => keyId));
  if (stayed.length === 0) return true;
  const counts = await store.sealedValues.count();
  return stayed.every((keyId) => (counts.get(keyId) ?? 0) <= (unreadable.get(keyId) ?? 0));
}

async function carryOn(
  ports: RotationPorts,
  rotation: Rotation,
  pace: RotationPace,
  stopping: AbortSignal | undefined,
): Promise<number> {
  const { store, vault } = ports;
  await vault.followKeys().catch((error: unknown) => {
    if (!lacksKey(ports, rotation.keyId, error)) throw error;
  });
  // Another gateway has the key; this one must be given it.
  if (vault.sealingKeyId() !== rotation.keyId) {
    pace.absent?.(rotation.keyId);
    return 0;
  }
  const round: Round = { resealed: 0, passed: 0, unreadable: new Map(), whole: true };
  for (const { keyId } of await store.vaultRecords.keys()) {
    if (keyId === rotation.keyId) continue;
    for (const place of Object.values(sealedPlaces))
      await resealPlace(ports, rotation, { keyId, place }, pace, round, stopping);
  }
  if (round.resealed > 0 || round.passed > 0 || !round.whole) return round.resealed;
  if ((await store.clock()) < rotation.startedAt + (pace.graceMs ?? keyGraceMs)) return 0;
  if (!(await store.rotations.claim(pace.owner, pace.leaseMs ?? defaultLeaseMs))) return 0;
  if (!rotation.keep && !(await retireKeys(ports, rotation, round))) return 0;
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
