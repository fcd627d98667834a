import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { createAesVault } from "../../../src/adapters/vault/aes-vault.js";
import type { SealMeasures } from "../../../src/adapters/vault/seal-counter.js";
import { keyLine, readKeyring } from "../../../src/domain/keyring.js";
import type { Slot } from "../../../src/domain/slot.js";
import { memoryRecords } from "./memory-records.js";

export const named = "The file";
export const newLine = (id: string): string => keyLine(id, randomBytes(32));
export const ringOf = (...lines: readonly string[]) => readKeyring(lines.join("\n"), named);

export const slot: Slot = { tenant: "acme", kind: "connection", id: "c1", field: "session" };

export async function vaultOf(
  lines: readonly string[],
  {
    memory = memoryRecords(),
    measures,
  }: { memory?: ReturnType<typeof memoryRecords>; measures?: SealMeasures } = {},
) {
  const parts = { keyring: ringOf(...lines), records: memory.records, randomBytes };
  return { vault: await createAesVault(measures ? { ...parts, measures } : parts), memory };
}

/** What it throws: the whole of it, for comparing. */
export function thrownBy(work: () => unknown): {
  code: unknown;
  name: string;
  message: string;
  own: string[];
} {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error)) throw new TypeError("not an error");
    const { name, message } = error;
    return {
      code: "code" in error && error.code,
      name,
      message,
      own: Object.getOwnPropertyNames(error).sort(),
    };
  }
  return expect.fail("it did not throw");
}

export const unreadable = {
  code: "sealed_unreadable",
  name: "VaultError",
  message: "A stored value can't be opened.",
  own: ["code", "message", "name", "stack"],
};
