import type { JWTPayload } from "jose";
import { Problem } from "../domain/problem.js";
import { mayLeadTo, returnUrlWith } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { type Choice, choiceOf, leavesChoice } from "./choice-link.js";
import { connectionOf, type LinkedConnection, namesConnection } from "./connect-link.js";
import { claimsOf, type LinkPorts, oldClaimsOf } from "./link-token.js";

/** What a link leads to: a connection's login, or the choice of one. */
export type OpenedLink =
  | ({ readonly kind: "connection" } & LinkedConnection)
  | { readonly kind: "choice"; readonly choice: Choice };

/**
 * Opens a link of either kind; it uses nothing up.
 * @throws Problem `link_invalid`; `return_url_unregistered` where no app that is left to choose leads back to where it should
 */
export async function openLink(ports: LinkPorts & Pick<Ports, "store">, token: string): Promise<OpenedLink> {
  const claims = await claimsOf(ports, token);
  if (namesConnection(claims)) return { kind: "connection", ...(await connectionOf(ports, claims)) };
  if (leavesChoice(claims)) return { kind: "choice", choice: await choiceOf(ports, claims) };
  throw new Problem("link_invalid");
}

/** Whose link a browser came by, and where it may go back to. */
export interface WayBack {
  readonly app: App;
  readonly returnUrl: string;
  /** The connection's id, where the link names one. */
  readonly connection: string | undefined;
}

/** The app's address for a browser that comes back without a login. */
export const backTo = ({ returnUrl, connection }: Omit<WayBack, "app">, error: string): string =>
  returnUrlWith(returnUrl, { ...(connection !== undefined && { connection }), error });

async function wayBackOf(
  { store, publicUrl }: Pick<Ports, "store" | "publicUrl">,
  claims: JWTPayload,
): Promise<WayBack | undefined> {
  if (leavesChoice(claims)) {
    const { apps, returnUrl } = await choiceOf({ store }, claims);
    return apps[0] && { app: apps[0], returnUrl, connection: undefined };
  }
  if (!namesConnection(claims) || (await store.tenants.get(claims.t))?.endedAt !== null) return undefined;
  const connection = await store.connections.get(claims.t, claims.c);
  const app = connection && (await store.apps.get(claims.t, connection.app));
  if (!app || !mayLeadTo(publicUrl, app.returnUrls, connection.returnUrl)) return undefined;
  return { app, returnUrl: connection.returnUrl, connection: connection.id };
}

/** The way back for whoever came by a link of the gateway's, even where it is too old to be used. */
export async function wayBack(
  ports: Pick<Ports, "vault" | "store" | "publicUrl">,
  token: string,
): Promise<WayBack | undefined> {
  const claims = await oldClaimsOf(ports, token);
  if (!claims) return undefined;
  try {
    return await wayBackOf(ports, claims);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
