import { KeyringError } from "../domain/keyring-error.js";
import type { Ports } from "../ports/ports.js";

type FollowingPorts = Pick<Ports, "store" | "vault" | "signals">;

/** The first look that finds a key absent warns, and then one of so many: at a look a second, a warning a minute. */
const looksToWarning = 60;

/** Whether the keys were not taken because the file here lacks the one with this id. */
export const lacksKey = ({ vault }: Pick<Ports, "vault">, keyId: string, error: unknown): boolean =>
  error instanceof KeyringError && error.code === "key_absent" && !vault.holds(keyId);

/** Follows the keys for one gateway. */
export interface KeyFollower {
  /** One look: at the key file and at the database. @throws KeyringError for what is wrong with the keys besides; StoreProblem */
  look(): Promise<number>;
  /** Whether the last look found that the file lacks a key that another gateway has rotated to. */
  lacks(): boolean;
}

/**
 * Follows the key file and the database, look after look. Where another gateway has rotated to a key that the file here lacks,
 * that is warned of, and it goes on looking.
 */
export function createKeyFollower(ports: FollowingPorts): KeyFollower {
  let looks = 0;
  return {
    lacks: () => looks > 0,
    async look() {
      try {
        const changed = await ports.vault.followKeys();
        looks = 0;
        return changed;
      } catch (error) {
        const rotation = await ports.store.rotations.last();
        if (!rotation || !lacksKey(ports, rotation.keyId, error)) throw error;
        if (looks++ % looksToWarning === 0)
          ports.signals.warn("rotation_key_absent", { key_id: rotation.keyId });
        return 0;
      }
    },
  };
}

/**
 * The id of a key that has sealed values, or may have, and that this gateway can't open with; `undefined` where it has all. One
 * that was only handed out elsewhere is not missed.
 */
export async function keyMissed({
  store,
  vault,
}: Pick<Ports, "store" | "vault">): Promise<string | undefined> {
  const used = (await store.vaultRecords.keys()).filter(({ seals }) => seals > 1);
  return used.find(({ keyId }) => !vault.holds(keyId))?.keyId;
}
