import { Problem } from "../domain/problem.js";
import { dashboardReturn } from "../domain/return-url.js";
import type { Connection, ConnectionSummary, Status } from "../ports/connections.js";
import type { SignedIn } from "../ports/operator-sessions.js";
import type { Ports } from "../ports/ports.js";
import { type ConnectionWithLink, createConnection, reconnect, toDashboard } from "./connections.js";

/** Who acts. */
export type Owner = Pick<SignedIn, "tenant" | "id" | "name">;

/** An operator has at most so many connections of their own that are looked at. */
const most = 200;

/** Whether a connection is the operator's own: one that they have begun at the dashboard, under their name. */
export const isOwn = (
  { publicUrl }: Pick<Ports, "publicUrl">,
  { tenant, name }: Pick<Owner, "tenant" | "name">,
  connection: Pick<Connection, "tenant" | "user" | "returnUrl">,
): boolean =>
  connection.tenant === tenant &&
  connection.user === name &&
  connection.returnUrl === dashboardReturn(publicUrl);

/** The operator's own connections that aren't closed. */
export async function ownConnections(
  ports: Pick<Ports, "store" | "publicUrl">,
  owner: Pick<Owner, "tenant" | "name">,
): Promise<readonly ConnectionSummary[]> {
  const { items } = await ports.store.connections.list(owner.tenant, { user: owner.name }, { limit: most });
  return items.filter((each) => each.status !== "closed" && isOwn(ports, owner, each));
}

/** What waits for a login, what was in use before what never was. */
const waiting: readonly Status[] = ["login_needed", "pending", "new"];

/**
 * A connection of the operator's own at an app, and the link to log it in: one that waits for a login, else a new one.
 * @throws Problem `not_found` {field: `app`}, `busy`
 */
export async function connectOwn(ports: Ports, owner: Owner, app: string): Promise<ConnectionWithLink> {
  const { tenant, id, name } = owner;
  const there = (await ownConnections(ports, owner)).filter((each) => each.app === app);
  const [known] = waiting.flatMap((status) => there.filter((each) => each.status === status));
  if (known) return reconnect(ports, tenant, { connection: known.id, returnUrl: toDashboard }, id);
  return createConnection(ports, tenant, { app, user: name, returnUrl: toDashboard }, id);
}

/**
 * The operator's own connection.
 * @throws Problem `not_found` also for another tenant's; `user_mismatch` for one of the tenant's that is somebody else's:
 *   nothing is used up
 */
export async function ownConnection(ports: Ports, owner: Owner, id: string): Promise<Connection> {
  // No database keeps the character zero.
  const connection = id.includes("\0") ? undefined : await ports.store.connections.get(owner.tenant, id);
  if (!connection) throw new Problem("not_found");
  if (isOwn(ports, owner, connection)) return connection;
  throw new Problem("user_mismatch", {
    detail: "This connection is somebody else’s: only they can log it in here. Send them a link instead.",
  });
}

/**
 * A new link to log a connection of the operator's own in again.
 * @throws Problem as `ownConnection`; `connection_closed`, `busy`
 */
export async function logInOwn(ports: Ports, owner: Owner, id: string): Promise<ConnectionWithLink> {
  const connection = await ownConnection(ports, owner, id);
  const wanted = { connection: connection.id, returnUrl: toDashboard } as const;
  return reconnect(ports, owner.tenant, wanted, owner.id);
}
