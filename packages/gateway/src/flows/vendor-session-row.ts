import { Secret, type VendorSession } from "kunji";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";
import { isKeyAbsent, VaultError } from "../domain/vault-error.js";
import type { Ports } from "../ports/ports.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";

const slotOf = (tenant: string, app: string): Slot => slotAt(sealedPlaces.vendorSession, tenant, app);

/** Stands for the token of a vendor session that was logged out: its own is erased. */
const erased = "";

/** Whether a login asks for another session than one that was logged out: only a login may make one then. */
export const undoesLogout = (unusable: Secret | undefined): boolean => unusable?.reveal() === erased;

/** Seals a vendor session for its row. Call it before a transaction, never within one. */
export const sealVendorSession = (
  { vault }: Pick<Ports, "vault">,
  tenant: string,
  app: string,
  session: VendorSession,
): Promise<Uint8Array> => vault.seal(slotOf(tenant, app), session.token);

/** The vendor session of a row; `undefined` where there is none, or none that can be opened: another one harms nobody. @throws VaultError `key_absent` */
export function openVendorSession(
  { vault }: Pick<Ports, "vault">,
  row: VendorRow | undefined,
): VendorSession | undefined {
  if (!row) return undefined;
  if (row.loggedOutAt !== null)
    return { token: new Secret(erased), endsAt: row.loggedOutAt, loggedOut: true };
  if (!row.sealedSession) return undefined;
  try {
    const token = vault.open(slotOf(row.tenant, row.app), row.sealedSession);
    return { token, endsAt: row.endsAt ?? 0, loggedOut: false };
  } catch (error) {
    if (error instanceof VaultError && !isKeyAbsent(error)) return undefined;
    throw error;
  }
}
