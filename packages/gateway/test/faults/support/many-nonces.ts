import { randomBytes } from "node:crypto";
import { sealWith } from "../../../src/adapters/vault/ring-seal.js";
import type { Keyring } from "../../../src/domain/keyring.js";
import { splitSealed } from "../../../src/domain/sealed-value.js";
import type { Slot } from "../../../src/domain/slot.js";

const slot: Slot = { tenant: "acme", kind: "connection", id: "c1", field: "session" };
/** Bytes of a nonce that its place in the order is found by; those that have the same ones are compared whole. */
const head = 8;

/** What came of sealing one text again and again. */
export interface ManyNonces {
  sealed: number;
  /** Nonces that had been there before. */
  doubles: number;
}

/**
 * Seals one text with one key so often, and looks for a nonce that comes twice.
 * @param chance where nonces come from; the machine's own chance if not given
 */
export function sealOften(
  ring: Keyring,
  count: number,
  chance: (length: number) => Uint8Array = randomBytes,
  onMillion: (sealed: number) => void = () => undefined,
): ManyNonces {
  const heads = new BigUint64Array(count);
  const tails = new Uint32Array(count);
  for (let n = 0; n < count; n++) {
    const { nonce } = splitSealed(sealWith(ring, ring.sealingKeyId, slot, "x", chance)) ?? {};
    if (nonce?.length !== 12) throw new Error("The nonce has not 12 bytes.");
    const view = new DataView(nonce.buffer, nonce.byteOffset, nonce.length);
    heads[n] = view.getBigUint64(0);
    tails[n] = view.getUint32(head);
    if ((n + 1) % 1_000_000 === 0) onMillion(n + 1);
  }
  const sorted = heads.slice().sort();
  const twice = new Set<bigint>();
  for (let n = 1; n < count; n++) if (sorted[n] === sorted[n - 1]) twice.add(sorted[n] as bigint);
  const seen = new Set<string>();
  let doubles = 0;
  if (twice.size > 0)
    for (let n = 0; n < count; n++) {
      if (!twice.has(heads[n] as bigint)) continue;
      const whole = `${heads[n]} ${tails[n]}`;
      if (seen.has(whole)) doubles++;
      seen.add(whole);
    }
  return { sealed: count, doubles };
}
