import type { KeySource } from "../adapters/vault/key-source.js";
import type { Keyring } from "../domain/keyring.js";
import type { VaultKeyRecord } from "../ports/vault-records.js";
import { type Found, fault, ok, warn } from "./finding.js";
import type { Opener } from "./read-only-vault.js";

/** Whether there is a key file that only its owner can use. @param inUse whether the database holds what keys have sealed */
export function checkKeyFile(
  keyring: Keyring | undefined,
  { file, made }: KeySource,
  inUse: boolean | undefined,
): readonly Found[] {
  if (keyring)
    return [
      ok(`${file.named} can be used, by its owner alone, and holds: ${[...keyring.keys.keys()].join(", ")}.`),
    ];
  if (inUse === true)
    return [
      fault(
        `${file.named} is not there, and the database holds what its keys have sealed.`,
        "Put its copy back.",
      ),
    ];
  if (made)
    return [warn(`${file.named} is not there.`, "Start the gateway once: it makes one. Keep a copy of it.")];
  return [
    fault(
      `${file.named} is not there.`,
      "Make it with mode 0600 and one line, <id>:<key>, with a key from: openssl rand -base64 32",
    ),
  ];
}

/** Which key seals, and how much of its limit it has used. */
export function checkSeals(vault: Opener, records: readonly VaultKeyRecord[]): readonly Found[] {
  if (records.length === 0) return [ok("Nothing lies under any key yet.")];
  const id = vault.sealingKeyId();
  const seals = records.find(({ keyId }) => keyId === id)?.seals ?? 0;
  const share = (100 * seals) / vault.sealLimit;
  const says = `The keys are this database's. The key ${id} seals, and has used ${share < 1 ? "less than 1" : Math.floor(share)} % of its limit.`;
  if (share >= 99) return [fault(says, "Take a new key now: kunji-gateway rotate-key")];
  if (share >= 80) return [warn(says, "Take a new key soon: kunji-gateway rotate-key")];
  return [ok(says)];
}
