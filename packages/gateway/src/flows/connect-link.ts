import { jwtVerify, SignJWT } from "jose";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** Links of `POST /v1/connections`, in ms. */
export const askedLinkMs = 3_600_000;
/** Links in events and readiness, in ms: they wait in a user's inbox. */
export const sentLinkMs = 86_400_000;

/**
 * What a link says: whose connection it logs in, and after which login (when it was, in ms, 0 for none). A generation
 * would not do: a renewal raises it, and so do newer header values that a broker hands out.
 */
interface LinkClaims {
  readonly t: string;
  readonly c: string;
  readonly s: number;
}

/** Where to send a connection's user to log in, and until when it works; ms since 1970, UTC. */
export interface Link {
  readonly url: string;
  readonly expiresAt: number;
}

type LinkPorts = Pick<Ports, "vault" | "now" | "publicUrl">;

const algorithm = "HS256";
/** A link is short: whatever is longer isn't worth a look. */
const longestToken = 2048;

/**
 * A signed link to log a connection in. It works until its end, until the connection is closed, or until somebody has
 * logged it in, whichever comes first. `lifeMs` is in ms; the end is cut to whole seconds.
 */
export async function makeConnectLink(
  { vault, now, publicUrl }: LinkPorts,
  connection: Pick<Connection, "tenant" | "id" | "startedAt">,
  lifeMs: number,
): Promise<Link> {
  const signer = vault.linkKey();
  if (!signer) throw new Error("The vault names no key to sign links with.");
  const until = Math.floor((now() + lifeMs) / 1000);
  const claims = {
    t: connection.tenant,
    c: connection.id,
    s: connection.startedAt ?? 0,
  } satisfies LinkClaims;
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: signer.id })
    .setExpirationTime(until)
    .sign(signer.key);
  return { url: `${publicUrl}/connect/${token}`, expiresAt: until * 1000 };
}

function keyFor({ vault }: LinkPorts, kid: unknown) {
  const signer = typeof kid === "string" ? vault.linkKey(kid) : undefined;
  if (!signer) throw new Problem("link_invalid");
  return signer.key;
}

async function claimsOf(ports: LinkPorts, token: string): Promise<LinkClaims> {
  if (token.length > longestToken) throw new Problem("link_invalid");
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyFor(ports, kid), {
      algorithms: [algorithm],
      currentDate: new Date(ports.now()),
      requiredClaims: ["exp"],
    });
    const { t, c, s } = payload;
    if (typeof t === "string" && typeof c === "string" && Number.isInteger(s)) return { t, c, s: Number(s) };
  } catch {
    // Whatever is wrong with it: one answer.
  }
  throw new Problem("link_invalid");
}

/**
 * The connection that a link logs in, and its app.
 * @throws Problem `link_invalid` for a link that is forged, too old, or overtaken by another login or by the connection's end
 */
export async function readConnectLink(
  ports: LinkPorts & Pick<Ports, "store">,
  token: string,
): Promise<{ readonly app: App; readonly connection: Connection }> {
  const { t, c, s } = await claimsOf(ports, token);
  const { tenants, connections, apps } = ports.store;
  const tenant = await tenants.get(t);
  const connection = await connections.get(t, c);
  const app = connection && (await apps.get(t, connection.app));
  const living = tenant?.endedAt === null && connection?.status !== "closed";
  if (!connection || !app || !living || (connection.startedAt ?? 0) !== s) throw new Problem("link_invalid");
  return { app, connection };
}
