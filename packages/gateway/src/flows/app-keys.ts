import { Secret } from "kunji";
import { Problem } from "../domain/problem.js";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";
import { isKeyAbsent } from "../domain/vault-error.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";

/** An app's keys as texts, and its open settings, by the names in the broker's traits. */
export type AppKeys = Readonly<Record<string, string | number | false>>;

const keysSlot = (tenant: string, app: string): Slot => slotAt(sealedPlaces.appKeys, tenant, app);

/** Seals an app's keys for its row. Call it before a transaction, never within one. */
export const sealAppKeys = (
  { vault }: Pick<Ports, "vault">,
  tenant: string,
  app: string,
  keys: AppKeys,
): Promise<Uint8Array> => vault.seal(keysSlot(tenant, app), new Secret(JSON.stringify(keys)));

/** @throws Problem `app_unusable` {field: `keys`} where what is on file can't be opened; VaultError `key_absent` */
export function openAppKeys(
  { vault }: Pick<Ports, "vault">,
  { tenant, id, broker, sealedKeys }: Pick<App, "tenant" | "id" | "broker" | "sealedKeys">,
): AppKeys {
  try {
    return JSON.parse(vault.open(keysSlot(tenant, id), sealedKeys).reveal()) as AppKeys;
  } catch (error) {
    if (isKeyAbsent(error)) throw error;
    // A parser's message repeats what it read.
    throw new Problem("app_unusable", { broker, field: "keys" });
  }
}
