import { setTimeout as pause } from "node:timers/promises";
import { KeyringError } from "../domain/keyring-error.js";
import { Problem } from "../domain/problem.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { Ports } from "../ports/ports.js";
import type { Rotation } from "../ports/rotations.js";
import type { VaultKeyRecord } from "../ports/vault-records.js";
import type { RotationPorts } from "./rotate-keys.js";
import { checkSealedHere } from "./sealed-here.js";

/** What a rotation is asked for. */
export interface RotationWish {
  /** A key of the key file; where it is left out, one that is first in the file and not in use yet, or else a new one. */
  readonly key?: string | undefined;
  /** Whether the keys before it stay. */
  readonly keep?: boolean | undefined;
}

/** The operator's API key; `id` is null for the command. */
type Caller = Pick<ApiKey, "tenant"> & { readonly id: string | null };

/** How long one has for making its key, in ms: where it dies before, others wait that long. */
const preparingMs = 10_000;
/** How long the begin of another one is waited for, and how often it is looked for, in ms. */
const [waitMs, lookMs] = [15_000, 50];
/** How often one begins anew that took too long with its key. */
const mostTries = 3;

/** What a caller is told of keys that can't be used. */
function keysProblem(error: unknown): unknown {
  if (!(error instanceof KeyringError)) return error;
  if (error.code === "key_unknown")
    return new Problem("request_invalid", { field: "key", detail: error.message });
  return new Problem("key_file_unusable", { detail: error.message });
}

/** Takes the right to begin, or answers the rotation that runs. @throws Problem `rotation_running` */
async function prepare({ store }: RotationPorts, id: string): Promise<Rotation | undefined> {
  for (let waited = 0; waited < waitMs; waited += lookMs) {
    const last = await store.rotations.last();
    if (last?.finishedAt === null) return last;
    if (await store.rotations.prepare(id, preparingMs)) return undefined;
    await pause(lookMs);
  }
  throw new Problem("rotation_running");
}

/**
 * The key of the file's first line, where it stands there for a rotation that died before the database knew of it, or that a
 * person has prepared: another key has sealed what there is. `undefined` where it is the one that is in use.
 */
async function preparedKey({ store, vault }: RotationPorts): Promise<string | undefined> {
  await vault.followKeys();
  const first = vault.sealingKeyId();
  const last = await store.rotations.last();
  if (last) return last.keyId === first ? undefined : first;
  const keys = await store.vaultRecords.keys();
  const own = keys.find(({ keyId }) => keyId === first)?.seals ?? 0;
  const inUse = ({ keyId, seals }: VaultKeyRecord) => keyId !== first && seals >= own;
  return keys.some(inUse) ? first : undefined;
}

/**
 * Puts the key first, in the file and in the database; `undefined` where that took so long that another one's turn has come.
 * @throws Problem as `beginRotation`
 */
async function beginPrepared(
  ports: RotationPorts & Pick<Ports, "now">,
  id: string,
  { key, keep = false }: RotationWish,
  caller: Caller,
): Promise<Rotation | undefined> {
  const { store, vault } = ports;
  await checkSealedHere(store.vaultRecords);
  if ((await store.vaultRecords.retired()).some(({ keyId }) => keyId === key))
    throw new Problem("request_invalid", {
      field: "key",
      detail: "The key was taken out before, and never comes back: name another, or none for a new one.",
    });
  const promoted = async () => vault.promoteKey(key ?? (await preparedKey(ports)));
  const keyId = await promoted().catch((error: unknown) => Promise.reject(keysProblem(error)));
  const begun = await store.transaction(async (parts) => {
    const rotation = await parts.rotations.begin({ id, keyId, keep });
    if (rotation)
      await parts.audit.append(caller.tenant, {
        at: ports.now(),
        key: caller.id,
        action: "vault.rotate",
        kind: "vault",
        id: keyId,
      });
    return rotation;
  });
  await vault.followKeys();
  return begun;
}

/**
 * Begins a rotation, or answers the one that runs: everything is sealed with the new key from then on, and a gateway carries on
 * from there. Of two that begin at once one makes a key, and the other is answered its rotation. One that died before the
 * database knew of it has left its key first in the file: the next one takes that.
 * @throws Problem `request_invalid` {field: `key`} for a key that is not in the file or was taken out before; `rotation_running`
 *   where one to another key runs; `key_file_unusable`, also where nothing was ever sealed
 */
export async function beginRotation(
  ports: RotationPorts & Pick<Ports, "now">,
  wish: RotationWish,
  caller: Caller,
): Promise<Rotation> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const id = `rot_${Buffer.from(ports.randomBytes(12)).toString("hex")}`;
    const running = await prepare(ports, id);
    if (running) {
      if (wish.key === undefined || wish.key === running.keyId) return running;
      throw new Problem("rotation_running");
    }
    try {
      const begun = await beginPrepared(ports, id, wish, caller);
      if (begun) return begun;
    } catch (error) {
      // It would be given up by itself in a while; one that has begun stays.
      await ports.store.rotations.abandon(id).catch(() => undefined);
      throw error;
    }
  }
  throw new Problem("rotation_running");
}
