import { KeyringError } from "../domain/keyring-error.js";
import type { Ports } from "../ports/ports.js";
import { hasSealed } from "./sealed-here.js";

type FollowingPorts = Pick<Ports, "store" | "vault">;

/** How often is warned of a key that is absent, in ms. */
const warningMs = 60_000;

/** Takes the id of a key that the file here lacks, as often as that is found. */
export type AbsenceWarning = (keyId: string) => void;

/** Warns of an absent key at once and then once a minute, by whatever job it is found. */
export function createAbsenceWarning(
  warn: Ports["signals"]["warn"],
  monotonicMs: Ports["monotonicMs"],
): AbsenceWarning {
  let last: { readonly keyId: string; readonly at: number } | undefined;
  return (keyId) => {
    const at = monotonicMs();
    if (last?.keyId === keyId && at < last.at + warningMs) return;
    last = { keyId, at };
    warn("rotation_key_absent", { key_id: keyId });
  };
}

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
export function createKeyFollower(ports: FollowingPorts, warnOf: AbsenceWarning): KeyFollower {
  let lacks = false;
  return {
    lacks: () => lacks,
    async look() {
      try {
        const changed = await ports.vault.followKeys();
        lacks = false;
        return changed;
      } catch (error) {
        const rotation = await ports.store.rotations.last();
        if (!rotation || !lacksKey(ports, rotation.keyId, error)) throw error;
        lacks = true;
        warnOf(rotation.keyId);
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
  const used = (await store.vaultRecords.keys()).filter(hasSealed);
  return used.find(({ keyId }) => !vault.holds(keyId))?.keyId;
}
