import { VaultError } from "../../domain/vault-error.js";
import type { VaultRecords } from "../../ports/vault-records.js";

/** How many values one key may seal: half of the 2^32 after which random nonces of 96 bits may no longer be trusted. */
export const sealLimit = 2 ** 31;

/** How many seals are counted ahead in one statement. */
const sealBlock = 256;

/** The measures of a counter; tests make them small. */
export interface SealMeasures {
  readonly limit?: number;
  readonly block?: number;
}

/**
 * Counts the seals of each key over all gateways. It takes them from the database in blocks; what a gateway has taken
 * and not used when it ends counts as used.
 */
export function createSealCounter(
  records: VaultRecords,
  { limit = sealLimit, block = sealBlock }: SealMeasures = {},
) {
  const left = new Map<string, number>();
  const asking = new Map<string, Promise<boolean>>();

  async function refill(keyId: string): Promise<boolean> {
    const granted = await records.countSeals(keyId, block, limit);
    if (granted) left.set(keyId, (left.get(keyId) ?? 0) + block);
    return granted;
  }

  /** One request for a block at a time and key, however many seals wait for it. */
  function refillOnce(keyId: string): Promise<boolean> {
    const running = asking.get(keyId);
    if (running) return running;
    const asked = refill(keyId).finally(() => asking.delete(keyId));
    asking.set(keyId, asked);
    return asked;
  }

  return {
    /** Counts one seal. @throws VaultError `seal_limit_reached` */
    async take(keyId: string): Promise<void> {
      for (;;) {
        const count = left.get(keyId) ?? 0;
        if (count > 0) {
          left.set(keyId, count - 1);
          return;
        }
        if (!(await refillOnce(keyId))) throw new VaultError("seal_limit_reached");
      }
    },
  };
}
