import { egressHost } from "../domain/egress-url.js";
import { isPrintable } from "../domain/printable.js";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import { dashboardReturn, isReturnUrl } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { askedLinkMs, type Link, makeConnectLink } from "./connect-link.js";
import { type EgressColumns, newEgress, noEgress } from "./egress.js";
import { openApp } from "./open-app.js";
import { recordEvent } from "./record-event.js";

/** A connection and the link to log it in. */
export interface ConnectionWithLink {
  readonly connection: Connection;
  readonly link: Link;
}

/** Stands for the dashboard's return URL, which every app takes and no text that anybody sends can name. */
export const toDashboard = Symbol("the dashboard's return URL");

/** What a tenant asks for to connect one of its users. */
export interface WantedConnection {
  /** Made by chance where it is left out. */
  readonly id?: string | undefined;
  readonly app: string;
  /** The tenant's name for its user: 1 to 200 printable characters. */
  readonly user: string;
  /** One of the app's, to the letter. */
  readonly returnUrl: string | typeof toDashboard;
  /** The broker account that it must be: 1 to 200 printable characters. */
  readonly expectedAccount?: string | undefined;
  /** A proxy in place of the app's. */
  readonly egress?: string | undefined;
}

const longestName = 200;

function demandName(field: string, text: string): void {
  if (isPrintable(text, longestName)) return;
  throw new Problem("request_invalid", {
    field,
    detail: `\`${field}\` takes 1 to ${longestName} printable characters.`,
  });
}

/** @throws Problem `request_invalid` {field: `user`} */
export const demandUser = (user: string): void => demandName("user", user);

/** @throws Problem `return_url_unregistered` */
export function demandReturnUrl(app: App, url: string): void {
  if (!isReturnUrl(app.returnUrls, url))
    throw new Problem("return_url_unregistered", { field: "return_url" });
}

/** @throws Problem `return_url_unregistered` */
function returnUrlFor({ publicUrl }: Ports, app: App, wanted: WantedConnection["returnUrl"]): string {
  if (wanted === toDashboard) return dashboardReturn(publicUrl);
  demandReturnUrl(app, wanted);
  return wanted;
}

const withLink = async (ports: Ports, connection: Connection): Promise<ConnectionWithLink> => ({
  connection,
  link: await makeConnectLink(ports, connection, askedLinkMs),
});

/** A proxy of a connection's own must lead to the broker of its app. */
const egressFor = async (
  ports: Ports,
  app: App,
  id: string,
  given: string | null,
  known: EgressColumns,
): Promise<EgressColumns> =>
  given === null
    ? noEgress
    : newEgress(
        ports,
        { kind: "connection", tenant: app.tenant, id },
        given,
        openApp(ports, app).origins.api,
        known,
      );

const egressRecord = (at: number, key: string | null, id: string, egress: string | null) =>
  ({
    at,
    key,
    action: "connection.egress",
    kind: "connection",
    id,
    facts: { egress: egressHost(egress) },
  }) as const;

/**
 * Makes a connection that waits for its user's login.
 * @param key the API key's id, for the audit
 * @throws Problem `request_invalid` {field: `user`, `expected_account`, `egress`}, `not_found` {field: `app`},
 *   `return_url_unregistered`, `egress_unreachable`
 */
export async function createConnection(
  ports: Ports,
  tenant: string,
  wanted: WantedConnection,
  key: string | null = null,
): Promise<ConnectionWithLink> {
  const { user, expectedAccount } = wanted;
  demandUser(user);
  if (expectedAccount !== undefined) demandName("expected_account", expectedAccount);
  const app = await ports.store.apps.get(tenant, wanted.app);
  if (!app) throw new Problem("not_found", { field: "app" });
  const returnUrl = returnUrlFor(ports, app, wanted.returnUrl);
  const id = wanted.id ?? `con_${newToken(ports.randomBytes).reveal()}`;
  const proxy = await egressFor(ports, app, id, wanted.egress ?? null, noEgress);
  const named = { id, app: app.id, user, expectedAccount: expectedAccount ?? null, returnUrl };
  const row = { ...named, egress: proxy.egress, sealedEgress: proxy.sealedEgress, at: ports.now() };
  const connection = await ports.store.transaction(async (parts) => {
    const added = await parts.connections.add(tenant, row);
    if (!added) throw new Problem("not_found", { field: "app" });
    const data = { app: app.id, broker: app.broker, user };
    await recordEvent(parts, ports, tenant, { type: "connection.created", connection: id, data, key });
    if (row.egress !== null) await parts.audit.append(tenant, egressRecord(row.at, key, id, row.egress));
    return added;
  });
  return withLink(ports, connection);
}

/** How often a reconnect looks again at a row that another change has overtaken. */
const looks = 5;

/**
 * A new link to log a connection in again. Its old session goes on working until the new one is confirmed.
 * @param key the API key's id, for the audit
 * @throws Problem `not_found`, `connection_closed`, `return_url_unregistered`, `busy`
 */
export async function reconnect(
  ports: Ports,
  tenant: string,
  wanted: {
    readonly connection: string;
    readonly returnUrl?: WantedConnection["returnUrl"] | undefined;
  },
  key: string | null = null,
): Promise<ConnectionWithLink> {
  const { connections, apps } = ports.store;
  const linked = async (connection: Connection): Promise<ConnectionWithLink> => {
    const record = { at: ports.now(), key, action: "connection.reconnect", kind: "connection" } as const;
    await ports.store.audit.append(tenant, { ...record, id: connection.id });
    return withLink(ports, connection);
  };
  for (let look = 0; look < looks; look++) {
    const connection = await connections.get(tenant, wanted.connection);
    const app = connection && (await apps.get(tenant, connection.app));
    if (!connection || !app) throw new Problem("not_found", { field: "connection" });
    if (connection.status === "closed") throw new Problem("connection_closed");
    const { id, generation } = connection;
    const returnUrl = returnUrlFor(ports, app, wanted.returnUrl ?? connection.returnUrl);
    if (returnUrl === connection.returnUrl) return linked(connection);
    const changed = await connections.change(tenant, id, { generation }, { returnUrl, at: ports.now() });
    if (changed) return linked(changed);
  }
  throw new Problem("busy");
}

/**
 * Gives a connection a proxy of its own, or takes it away: then the app's holds. It holds from the next call on.
 * @param key the API key's id, for the audit
 * @throws Problem `not_found`, `connection_closed`, `request_invalid` {field: `egress`}, `egress_unreachable`, `busy`
 */
export async function changeConnection(
  ports: Ports,
  tenant: string,
  id: string,
  { egress: given }: { readonly egress?: string | null | undefined },
  key: string | null,
): Promise<Connection> {
  for (let look = 0; look < looks; look++) {
    const connection = await ports.store.connections.get(tenant, id);
    const app = connection && (await ports.store.apps.get(tenant, connection.app));
    if (!connection || !app) throw new Problem("not_found");
    if (connection.status === "closed") throw new Problem("connection_closed");
    if (given === undefined) return connection;
    const { egress, sealedEgress } = await egressFor(ports, app, id, given, connection);
    const { generation } = connection;
    const changed = await ports.store.transaction(async (parts) => {
      const at = ports.now();
      const row = await parts.connections.change(tenant, id, { generation }, { egress, sealedEgress, at });
      if (!row) return undefined;
      await parts.changes.announce({ tenant, kind: "connection", id });
      await parts.audit.append(tenant, egressRecord(at, key, id, egress));
      return row;
    });
    if (changed) return changed;
  }
  throw new Problem("busy");
}
