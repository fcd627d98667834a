import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import { isReturnUrl } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { askedLinkMs, makeConnectLink } from "./connect-link.js";
import { createConnection, demandReturnUrl, demandUser } from "./connections.js";
import { claimsOf, type Link, signLink } from "./link-token.js";

const mostApps = 20;

/**
 * What a link says by which a user chooses among apps: whose they are, for which user, and by which API key it was made. Its
 * return URL is there as a hash: it must be one of the app's anyway, and a link has no room for a long one.
 */
interface ChoiceClaims extends JWTPayload {
  readonly jti: string;
  readonly t: string;
  readonly u: string;
  readonly a: readonly string[];
  readonly r: string;
  readonly k: string | null;
}

const digest = (text: string): string => createHash("sha256").update(text, "utf8").digest("base64url");

/** Whether these are the claims of a link that leaves the choice to its user. */
export const leavesChoice = (claims: JWTPayload): claims is ChoiceClaims =>
  [claims.jti, claims.t, claims.u, claims.r].every((each) => typeof each === "string") &&
  Array.isArray(claims.a) &&
  claims.a.every((each) => typeof each === "string");

/** The apps to choose from, and what they have in common. */
export interface Choice {
  readonly tenant: string;
  /** The tenant's name for its user. */
  readonly user: string;
  readonly returnUrl: string;
  readonly apps: readonly App[];
}

/** What a tenant asks for to let one of its users choose. */
export interface WantedLink {
  /** The apps' ids, in the order in which they are shown; each once. */
  readonly apps: readonly string[];
  readonly user: string;
  /** One of every app's, to the letter. */
  readonly returnUrl: string;
}

async function appsOf({ store }: Pick<Ports, "store">, tenant: string, ids: readonly string[]) {
  const found = await Promise.all(ids.map((id) => store.apps.get(tenant, id)));
  return found.filter((app) => app !== undefined);
}

/**
 * A link by which a user chooses among apps. Choosing makes the connection; where there is one app alone it is made at once.
 * @param key the API key's id, for the audit
 * @throws Problem `request_invalid` {field: `apps` or `user`}, `not_found` {field: `apps`}, `return_url_unregistered`
 */
export async function makeChoiceLink(
  ports: Ports,
  tenant: string,
  { apps: ids, user, returnUrl }: WantedLink,
  key: string | null,
): Promise<Link> {
  const [only] = ids;
  if (only === undefined || ids.length > mostApps || new Set(ids).size < ids.length)
    throw new Problem("request_invalid", {
      field: "apps",
      detail: `\`apps\` takes the ids of 1 to ${mostApps} apps, each once.`,
    });
  demandUser(user);
  const apps = await appsOf(ports, tenant, ids);
  if (apps.length < ids.length) throw new Problem("not_found", { field: "apps" });
  for (const app of apps) demandReturnUrl(app, returnUrl);
  if (ids.length === 1)
    return (await createConnection(ports, tenant, { app: only, user, returnUrl }, key)).link;
  const jti = newToken(ports.randomBytes).reveal();
  const claims = { jti, t: tenant, u: user, a: ids, r: digest(returnUrl), k: key } satisfies ChoiceClaims;
  return signLink(ports, claims, askedLinkMs);
}

/**
 * The choice that a link leaves: apps that are there no more, or lead back there no more, are left out.
 * @throws Problem `link_invalid`, `return_url_unregistered`
 */
export async function choiceOf(ports: Pick<Ports, "store">, claims: ChoiceClaims): Promise<Choice> {
  const { t: tenant, u: user, a: ids, r } = claims;
  if ((await ports.store.tenants.get(tenant))?.endedAt !== null) throw new Problem("link_invalid");
  const there = await appsOf(ports, tenant, ids);
  const back = ({ returnUrls }: App) =>
    returnUrls.find((url) => digest(url) === r && isReturnUrl(returnUrls, url));
  const apps = there.filter(back);
  const returnUrl = apps[0] && back(apps[0]);
  if (returnUrl === undefined)
    throw new Problem(there.length === 0 ? "link_invalid" : "return_url_unregistered");
  return { tenant, user, returnUrl, apps };
}

/** One connection for each app of a link, however often it is chosen. */
const connectionId = (jti: string, app: string): string =>
  `con_${createHash("sha256").update(`kunji:choice:v1\0${jti}\0${app}`, "utf8").digest("hex")}`;

/**
 * Takes a user's choice: the link to log the chosen app's connection in, which is made where it isn't there. It works no
 * longer than the one that left the choice.
 * @throws Problem `link_invalid` where that one can't be used any more, or its connection is closed or was logged in by it;
 *   `request_invalid` {field: `app`} for an app that it does not name
 */
export async function chooseApp(ports: Ports, token: string, wanted: string): Promise<Link> {
  const claims = await claimsOf(ports, token);
  if (!leavesChoice(claims)) throw new Problem("link_invalid");
  const { tenant, user, returnUrl, apps } = await choiceOf(ports, claims);
  const app = apps.find(({ id }) => id === wanted);
  if (!app) throw new Problem("request_invalid", { field: "app" });
  const id = connectionId(claims.jti, app.id);
  const find = () => ports.store.connections.get(tenant, id);
  let connection = await find();
  if (!connection) {
    try {
      ({ connection } = await createConnection(
        ports,
        tenant,
        { id, app: app.id, user, returnUrl },
        claims.k,
      ));
    } catch (error) {
      // The same choice in another tab may have been quicker.
      connection = await find();
      if (!connection) throw error;
    }
  }
  if (connection.status === "closed" || connection.startedAt !== null) throw new Problem("link_invalid");
  return makeConnectLink(ports, connection, Number(claims.exp) * 1000 - ports.now());
}
