import { isoOf } from "../domain/iso-time.js";
import type { App } from "../ports/apps.js";
import type { ConnectionSummary, Status } from "../ports/connections.js";
import type { Page } from "../ports/page.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";
import { type Link, makeConnectLink, sentLinkMs } from "./connect-link.js";
import { recordEvent } from "./record-event.js";

const withSession: readonly Status[] = ["active", "unsure", "pending"];

/** Why all sessions of an app end at once. */
type Reason = "vendor_logged_out" | "environment_changed";

/** What links are made for: a login since then needs another one. */
type Linked = Pick<ConnectionSummary, "tenant" | "id" | "startedAt">;

/** Links for the connections of an app whose sessions are about to end. */
export type LoginLinks = (connection: Linked) => Promise<Link>;

const keyOf = ({ id, startedAt }: Linked): string => `${id} ${startedAt ?? 0}`;

/** Signs the links of all that have a session: call it before a transaction, which many of them would hold up. */
export async function loginLinks(
  ports: Ports,
  { tenant, id: app }: Pick<App, "tenant" | "id">,
): Promise<LoginLinks> {
  const links = new Map<string, Link>();
  for (const status of withSession) {
    let after: Page["after"];
    do {
      const page = { limit: 500, ...(after && { after }) };
      const { items, next } = await ports.store.connections.list(tenant, { app, status }, page);
      for (const one of items) links.set(keyOf(one), await makeConnectLink(ports, one, sentLinkMs));
      after = next ?? undefined;
    } while (after);
  }
  // Few have had a login since.
  return async (connection) => links.get(keyOf(connection)) ?? makeConnectLink(ports, connection, sentLinkMs);
}

/** Ends the vendor session; false where the generation is no longer the one on file. */
async function eraseVendorSession(
  parts: StoreParts,
  ports: Ports,
  { tenant, id }: App,
  generation: number,
): Promise<boolean> {
  if (!(await parts.vendorSessions.logOut(tenant, id, generation, ports.now()))) return false;
  await parts.changes.announce({ tenant, kind: "vendor_session", id });
  return true;
}

const tellOfVendor = (
  parts: StoreParts,
  ports: Ports,
  { tenant, id }: App,
  reason: Reason,
  key: string | null,
): Promise<unknown> =>
  recordEvent(parts, ports, tenant, { type: "vendor_session.ended", data: { app: id, reason }, key });

/** A session that waits for its confirmation is ended as well: its code is worth nothing from now on. */
async function endConnections(
  parts: StoreParts,
  ports: Ports,
  app: App,
  reason: Reason,
): Promise<readonly ConnectionSummary[]> {
  const { tenant } = app;
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
  await parts.codes.forgetOfApp(tenant, app.id);
  for (const { id } of ended) await parts.changes.announce({ tenant, kind: "connection", id });
  return ended;
}

async function tellOfConnections(
  parts: StoreParts,
  ports: Ports,
  { tenant }: App,
  ended: readonly ConnectionSummary[],
  reason: Reason,
  linkOf: LoginLinks,
): Promise<void> {
  for (const connection of ended) {
    const { url, expiresAt } = await linkOf(connection);
    await recordEvent(parts, ports, tenant, {
      type: "connection.login_needed",
      connection: connection.id,
      data: { reason, connect_url: url, connect_url_expires_at: isoOf(expiresAt) },
    });
  }
}

/**
 * Ends every session of an app whose environment has changed, within the transaction of that change: hosts that did not
 * hand them out would get them. It records events: call it last there.
 */
export async function leaveEnvironment(
  parts: StoreParts,
  ports: Ports,
  app: App,
  linkOf: LoginLinks = (connection) => makeConnectLink(ports, connection, sentLinkMs),
): Promise<void> {
  const reason = "environment_changed";
  const vendor = await parts.vendorSessions.get(app.tenant, app.id);
  const erased = vendor && (await eraseVendorSession(parts, ports, app, vendor.generation));
  const ended = await endConnections(parts, ports, app, reason);
  if (erased) await tellOfVendor(parts, ports, app, reason, null);
  await tellOfConnections(parts, ports, app, ended, reason, linkOf);
}

/**
 * Marks a vendor session as logged out, and every connection of its app as one that needs a login.
 * @param key the API key's id that asked for it
 * @returns false where the row's generation is no longer the one on file
 */
export async function endVendorSession(
  ports: Ports,
  app: App,
  { generation }: Pick<VendorRow, "generation">,
  key: string | null,
): Promise<boolean> {
  const reason = "vendor_logged_out";
  const linkOf = await loginLinks(ports, app);
  return ports.store.transaction(async (parts) => {
    if (!(await eraseVendorSession(parts, ports, app, generation))) return false;
    const ended = await endConnections(parts, ports, app, reason);
    await tellOfVendor(parts, ports, app, reason, key);
    await tellOfConnections(parts, ports, app, ended, reason, linkOf);
    return true;
  });
}
