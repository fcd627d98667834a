import type { FastifyReply, FastifyRequest } from "fastify";
import type { ConnectionWithLink } from "../../flows/connections.js";
import { beginLogin } from "../../flows/login/begin-login.js";
import { cookieName } from "../../flows/login/browser-cookie.js";
import { refusalOf } from "../../flows/login/fail-login.js";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";
import { goTo } from "../browser/go-to.js";
import { linkOf } from "../browser/link-cookie.js";
import { giveCookies } from "../browser/outcome.js";

/** As long as the link of a login, in seconds: whoever types a password takes their time. */
const lifeS = 3_600;

/** Says which connection the operator's browser is logging in at an app. */
const ownCookieName = (ports: Pick<Ports, "publicUrl">, { handle }: Pick<App, "handle">): string =>
  `${cookieName(ports, handle)}_own`;

/** Takes the note away of what the browser was logging in at an app. */
export const forgottenLogin = (ports: Pick<Ports, "publicUrl">, app: Pick<App, "handle">): BrowserCookie => ({
  name: ownCookieName(ports, app),
  value: "",
  maxAgeS: 0,
});

/** Whether this browser began the login itself, so that it needn't be asked whose account it is. */
export const hasBegun = (
  ports: Pick<Ports, "publicUrl">,
  { cookies }: FastifyRequest,
  app: Pick<App, "handle">,
  connection: string,
): boolean => cookies[ownCookieName(ports, app)] === connection;

/** The page that says how a login of one's own went wrong. */
export const failedPath = (connection: string, error: string): string =>
  `/connected?${new URLSearchParams({ connection, error })}`;

/**
 * Leads an operator's browser to the broker at once: the press of the dashboard's button is the one of the link's page. A
 * broker without a login page of its own has its form there.
 * @throws whatever is no refusal
 */
export async function beginOwn(
  ports: Ports,
  request: FastifyRequest,
  reply: FastifyReply,
  { connection, link }: ConnectionWithLink,
): Promise<FastifyReply> {
  const { tenant, id, broker } = connection;
  const { pathname } = new URL(link.url);
  try {
    const app = await ports.store.apps.get(tenant, connection.app);
    if (!app) return goTo(reply, failedPath(id, "app_unusable"));
    const begun: BrowserCookie = { name: ownCookieName(ports, app), value: id, maxAgeS: lifeS };
    if (ports.brokers.traits[broker].login === "password") {
      giveCookies(ports, reply, [begun]);
      return goTo(reply, pathname);
    }
    const token = pathname.slice(pathname.lastIndexOf("/") + 1);
    const step = await beginLogin(ports, token, request.cookies[cookieName(ports, app.handle)]);
    if (step.kind !== "go") throw new Error("A login at a broker's page asks for nothing here.");
    // A login that fails leads back here, not to the page of a link that was used before.
    giveCookies(ports, reply, [step.cookie, begun, ...linkOf(ports, request, app.handle).forget]);
    return goTo(reply, step.to);
  } catch (error) {
    return goTo(reply, failedPath(id, refusalOf(error)));
  }
}
