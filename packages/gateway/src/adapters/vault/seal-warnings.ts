import { sealLimit } from "./seal-counter.js";

/** Shares of the limit, each of which is told once. */
const shares = [0.8, 0.9, 0.95, 0.99, 1];

/** Takes a warning: what, and codes, ids and numbers. */
export type Warn = (what: string, facts: Readonly<Record<string, string | number>>) => void;

/** Tells when a key comes near to the end of what it may seal. */
export function createSealWarnings(warn: Warn, limit: number = sealLimit) {
  const told = new Map<string, number>();
  return (keys: readonly { readonly keyId: string; readonly seals: number }[]): void => {
    for (const { keyId, seals } of keys) {
      const reached = shares.filter((share) => seals >= share * limit).length;
      if (reached > (told.get(keyId) ?? 0)) warn("seal_limit_near", { key_id: keyId, seals, limit });
      told.set(keyId, reached);
    }
  };
}
