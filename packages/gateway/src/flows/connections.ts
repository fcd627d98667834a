import { isPrintable } from "../domain/printable.js";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import { isReturnUrl } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { askedLinkMs, type Link, makeConnectLink } from "./connect-link.js";
import { recordEvent } from "./record-event.js";

/** A connection and the link to log it in. */
export interface ConnectionWithLink {
  readonly connection: Connection;
  readonly link: Link;
}

/** What a tenant asks for to connect one of its users. */
export interface WantedConnection {
  readonly app: string;
  /** The tenant's name for its user: 1 to 200 printable characters. */
  readonly user: string;
  /** One of the app's, to the letter. */
  readonly returnUrl: string;
  /** The broker account that it must be: 1 to 200 printable characters. */
  readonly expectedAccount?: string | undefined;
}

const longestName = 200;

function demandName(field: string, text: string): void {
  if (isPrintable(text, longestName)) return;
  throw new Problem("request_invalid", {
    field,
    detail: `\`${field}\` takes 1 to ${longestName} printable characters.`,
  });
}

function demandReturnUrl(app: App, url: string): void {
  if (!isReturnUrl(app.returnUrls, url))
    throw new Problem("return_url_unregistered", { field: "return_url" });
}

const withLink = async (ports: Ports, connection: Connection): Promise<ConnectionWithLink> => ({
  connection,
  link: await makeConnectLink(ports, connection, askedLinkMs),
});

/**
 * Makes a connection that waits for its user's login.
 * @param key the API key's id, for the audit
 * @throws Problem `request_invalid` {field: `user`, `expected_account`}, `not_found` {field: `app`}, `return_url_unregistered`
 */
export async function createConnection(
  ports: Ports,
  tenant: string,
  wanted: WantedConnection,
  key: string | null = null,
): Promise<ConnectionWithLink> {
  const { user, returnUrl, expectedAccount } = wanted;
  demandName("user", user);
  if (expectedAccount !== undefined) demandName("expected_account", expectedAccount);
  const app = await ports.store.apps.get(tenant, wanted.app);
  if (!app) throw new Problem("not_found", { field: "app" });
  demandReturnUrl(app, returnUrl);
  const id = `con_${newToken(ports.randomBytes).reveal()}`;
  const row = { id, app: app.id, user, expectedAccount: expectedAccount ?? null, returnUrl, at: ports.now() };
  const connection = await ports.store.transaction(async (parts) => {
    const added = await parts.connections.add(tenant, row);
    if (!added) throw new Problem("not_found", { field: "app" });
    const data = { app: app.id, broker: app.broker, user };
    await recordEvent(parts, ports, tenant, { type: "connection.created", connection: id, data, key });
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
  wanted: { readonly connection: string; readonly returnUrl?: string | undefined },
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
    const returnUrl = wanted.returnUrl ?? connection.returnUrl;
    demandReturnUrl(app, returnUrl);
    if (returnUrl === connection.returnUrl) return linked(connection);
    const changed = await connections.change(tenant, id, { generation }, { returnUrl, at: ports.now() });
    if (changed) return linked(changed);
  }
  throw new Problem("busy");
}
