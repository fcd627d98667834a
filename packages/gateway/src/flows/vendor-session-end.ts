import type { App } from "../ports/apps.js";
import type { Status } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";
import { recordEvent } from "./record-event.js";

const withSession: readonly Status[] = ["active", "unsure", "pending"];

/** Ends the session of every connection of an app, within the transaction of what ends them, with an event each. */
export async function endSessionsOfApp(
  parts: StoreParts,
  ports: Ports,
  { tenant, id }: Pick<App, "tenant" | "id">,
  reason: string,
): Promise<void> {
  const ended = await parts.connections.changeAllOfApp(tenant, id, withSession, {
    status: "login_needed",
    reason,
    dueAt: null,
    triedAt: null,
    triedWhat: null,
    sealedSession: null,
    at: ports.now(),
  });
  for (const { id: connection } of ended)
    await parts.changes.announce({ tenant, kind: "connection", id: connection });
  for (const { id: connection } of ended)
    await recordEvent(parts, ports, tenant, {
      type: "connection.login_needed",
      connection,
      data: { reason },
    });
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
  const { tenant, id } = app;
  return ports.store.transaction(async (parts) => {
    const at = ports.now();
    if (!(await parts.vendorSessions.logOut(tenant, id, generation, at))) return false;
    await parts.changes.announce({ tenant, kind: "vendor_session", id });
    await endSessionsOfApp(parts, ports, app, "vendor_logged_out");
    const data = { app: id, reason: "vendor_logged_out" };
    await recordEvent(parts, ports, tenant, { type: "vendor_session.ended", data });
    await parts.audit.append(tenant, { at, key, action: "vendor_session.end", kind: "app", id });
    return true;
  });
}
