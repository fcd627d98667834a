import { KunjiError } from "kunji";
import { errorCode } from "../domain/error-code.js";
import { Problem } from "../domain/problem.js";
import { isKeyAbsent, VaultError } from "../domain/vault-error.js";
import type { Ports } from "../ports/ports.js";
import { closeConnection } from "./close-connection.js";
import { logOutVendor } from "./vendor-session.js";
import { endVendorSession } from "./vendor-session-end.js";

/** How many are closed at once. */
const atOnce = 20;
/** Another gateway's hold on a vendor session is not waited for: it is looked at again. */
const once = { tries: 1, pauseMs: 0 } as const;

/** True where it is closed. One that fails stops no other, and is looked at again. */
async function close(ports: Ports, tenant: string, id: string): Promise<boolean> {
  try {
    await closeConnection(ports, tenant, id, null);
    return true;
  } catch (error) {
    ports.signals.warn("close_failed", { tenant, connection: id, code: errorCode(error) });
    return false;
  }
}

/** Logs a vendor session out, and erases it whatever the broker says. False while somebody else is at work on it. */
async function endVendor(ports: Ports, tenant: string, id: string): Promise<boolean> {
  try {
    await logOutVendor(ports, tenant, id, null, once);
  } catch (error) {
    if (error instanceof Problem && error.code === "busy") return false;
    if (isKeyAbsent(error)) return false;
    if (!(error instanceof KunjiError || error instanceof Problem || error instanceof VaultError))
      throw error;
    ports.signals.warn("logout_failed", { tenant, app: id, code: error.code });
    const { apps, vendorSessions } = ports.store;
    const [app, row] = [await apps.get(tenant, id), await vendorSessions.get(tenant, id)];
    if (app && row) await endVendorSession(ports, app, row, null);
  }
  return true;
}

/**
 * Closes what tenants that have ended left open: their connections, whose sessions are erased and logged out, then their vendor
 * sessions. Answers how many it closed; call it again at once while that isn't 0.
 */
export async function closeEndedTenants(ports: Ports): Promise<number> {
  const { dueWork } = ports.store;
  const connections = await dueWork.openOfEndedTenants(atOnce);
  const closed = await Promise.all(connections.map(({ tenant, id }) => close(ports, tenant, id)));
  const vendors = await dueWork.vendorsOfEndedTenants(atOnce);
  const ended = await Promise.all(vendors.map(({ tenant, app }) => endVendor(ports, tenant, app)));
  return [...closed, ...ended].filter((done) => done).length;
}
