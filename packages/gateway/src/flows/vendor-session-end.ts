import type { App } from "../ports/apps.js";
import type { Status } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";
import { makeConnectLink, sentLinkMs } from "./connect-link.js";
import { recordEvent } from "./record-event.js";

const withSession: readonly Status[] = ["active", "unsure", "pending"];

/** Why all sessions of an app end at once. */
type Reason = "vendor_logged_out" | "environment_changed";

/** Ends the vendor session; false where the generation is no longer the one on file. */
async function eraseVendorSession(
  parts: StoreParts,
  ports: Ports,
  { tenant, id }: App,
  generation: number,
  reason: Reason,
  key: string | null,
): Promise<boolean> {
  if (!(await parts.vendorSessions.logOut(tenant, id, generation, ports.now()))) return false;
  await parts.changes.announce({ tenant, kind: "vendor_session", id });
  await recordEvent(parts, ports, tenant, { type: "vendor_session.ended", data: { app: id, reason }, key });
  return true;
}

/** A session that waits for its confirmation is ended as well: its code is worth nothing from now on. */
async function endConnections(parts: StoreParts, ports: Ports, app: App, reason: Reason): Promise<void> {
  const { tenant } = app;
  await parts.codes.forgetOfApp(tenant, app.id);
  const ended = await parts.connections.changeAllOfApp(tenant, app.id, withSession, {
    status: "login_needed",
    reason,
    endsAt: null,
    dueAt: null,
    triedAt: null,
    triedWhat: null,
    sealedSession: null,
    at: ports.now(),
  });
  for (const { id } of ended) await parts.changes.announce({ tenant, kind: "connection", id });
  for (const connection of ended) {
    const { url, expiresAt } = await makeConnectLink(ports, connection, sentLinkMs);
    await recordEvent(parts, ports, tenant, {
      type: "connection.login_needed",
      connection: connection.id,
      data: { reason, connect_url: url, connect_url_expires_at: new Date(expiresAt).toISOString() },
    });
  }
}

/**
 * Ends every session of an app whose environment has changed, within the transaction of that change: hosts that did not
 * hand them out would get them.
 */
export async function leaveEnvironment(parts: StoreParts, ports: Ports, app: App): Promise<void> {
  const vendor = await parts.vendorSessions.get(app.tenant, app.id);
  if (vendor) await eraseVendorSession(parts, ports, app, vendor.generation, "environment_changed", null);
  await endConnections(parts, ports, app, "environment_changed");
}

/**
 * Marks a vendor session as logged out, and every connection of its app as one that needs a login.
 * @param key the API key's id that asked for it
 * @returns false where the row's generation is no longer the one on file
 */
export function endVendorSession(
  ports: Ports,
  app: App,
  { generation }: Pick<VendorRow, "generation">,
  key: string | null,
): Promise<boolean> {
  return ports.store.transaction(async (parts) => {
    if (!(await eraseVendorSession(parts, ports, app, generation, "vendor_logged_out", key))) return false;
    await endConnections(parts, ports, app, "vendor_logged_out");
    return true;
  });
}
