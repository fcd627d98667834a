import type { JWTPayload } from "jose";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { claimsOf, type Link, type LinkPorts, signLink } from "./link-token.js";

export type { Link } from "./link-token.js";

/** Links of `POST /v1/connections`, in ms. */
export const askedLinkMs = 3_600_000;
/** Links in events and readiness, in ms: they wait in a user's inbox. */
export const sentLinkMs = 86_400_000;

/**
 * What a link says: whose connection it logs in, and after which login (when it was, in ms, 0 for none). A generation
 * would not do: a renewal raises it, and so do newer header values that a broker hands out.
 */
interface ConnectClaims extends JWTPayload {
  readonly t: string;
  readonly c: string;
  readonly s: number;
}

/** Whether these are the claims of a link that logs one connection in. */
export const namesConnection = (claims: JWTPayload): claims is ConnectClaims =>
  typeof claims.t === "string" && typeof claims.c === "string" && Number.isInteger(claims.s);

/**
 * A signed link to log a connection in. It works until its end, until the connection is closed, or until somebody has
 * logged it in, whichever comes first. `lifeMs` is in ms; the end is cut to whole seconds.
 */
export const makeConnectLink = (
  ports: LinkPorts,
  { tenant, id, startedAt }: Pick<Connection, "tenant" | "id" | "startedAt">,
  lifeMs: number,
): Promise<Link> => signLink(ports, { t: tenant, c: id, s: startedAt ?? 0 } satisfies ConnectClaims, lifeMs);

/** The connection that a link logs in, and its app. */
export interface LinkedConnection {
  readonly app: App;
  readonly connection: Connection;
}

/** @throws Problem `link_invalid` for a link that was overtaken by another login or by the connection's end */
export async function connectionOf(
  { store }: Pick<Ports, "store">,
  { t, c, s }: ConnectClaims,
): Promise<LinkedConnection> {
  const { tenants, connections, apps } = store;
  const tenant = await tenants.get(t);
  const connection = await connections.get(t, c);
  const app = connection && (await apps.get(t, connection.app));
  const living = tenant?.endedAt === null && connection?.status !== "closed";
  if (!connection || !app || !living || (connection.startedAt ?? 0) !== s) throw new Problem("link_invalid");
  return { app, connection };
}

/**
 * The connection that a link logs in, and its app.
 * @throws Problem `link_invalid` for a link that is forged, too old, or overtaken by another login or by the connection's end
 */
export async function readConnectLink(
  ports: LinkPorts & Pick<Ports, "store">,
  token: string,
): Promise<LinkedConnection> {
  const claims = await claimsOf(ports, token);
  if (!namesConnection(claims)) throw new Problem("link_invalid");
  return connectionOf(ports, claims);
}
