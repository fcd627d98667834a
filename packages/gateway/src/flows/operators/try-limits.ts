import { createHmac } from "node:crypto";
import type { Ports } from "../../ports/ports.js";
import type { TryLimit } from "../../ports/sign-in-tries.js";

const minute = 60_000;

/** Of one name from one address: nobody else who has the name waits for it. */
export const passwordTries: TryLimit = { free: 5, longestMs: 15 * minute, forgottenMs: 24 * 60 * minute };
/** Of one operator's codes: whoever gets that far knows the password. */
export const codeTries: TryLimit = { free: 5, longestMs: 15 * minute, forgottenMs: 24 * 60 * minute };

/** Under which tries are counted. A name may be a password that was typed in the wrong field, so that only a keyed hash is stored. */
export const tryKey = (
  { vault }: Pick<Ports, "vault">,
  ...parts: readonly ["password", name: string, address: string] | readonly ["code", operator: string]
): string => createHmac("sha256", vault.tallyKey()).update(JSON.stringify(parts)).digest("hex");
