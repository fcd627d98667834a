import type { FastifyRequest } from "fastify";
import { readConnectLink } from "../../flows/connect-link.js";
import { cookieName } from "../../flows/login/browser-cookie.js";
import type { BrowserCookie, LoginStep } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";

/** As long as the login that is begun by the link, in seconds. */
const lifeS = 600;

const nameOf = (ports: Pick<Ports, "publicUrl">, handle: string): string =>
  `${cookieName(ports, handle)}_link`;

/** Keeps the link that a login was begun by, so that a login that fails leads back to its page. */
export const keptLink = (ports: Pick<Ports, "publicUrl">, handle: string, token: string): BrowserCookie => ({
  name: nameOf(ports, handle),
  value: token,
  maxAgeS: lifeS,
});

/** The page of a link, which says what went wrong. */
export const saidPath = (token: string, code: string): string =>
  `/connect/${token}?${new URLSearchParams({ said: code })}`;

/** Where a browser goes whose login was refused: to its link's page while that can be used, else to the app. */
export async function afterFailure(
  ports: Ports,
  { to, failed }: Extract<LoginStep, { readonly kind: "go" }>,
  token: string | undefined,
): Promise<string> {
  if (!failed || token === undefined) return to;
  const linked = await readConnectLink(ports, token).catch(() => undefined);
  return linked?.connection.id === failed.connection ? saidPath(token, failed.code) : to;
}

/** The link that the browser's login at an app was begun by, and what takes it away. */
export function linkOf(
  ports: Pick<Ports, "publicUrl">,
  { cookies }: FastifyRequest,
  handle: string,
): { readonly token: string | undefined; readonly forget: readonly BrowserCookie[] } {
  const name = nameOf(ports, handle);
  const token = cookies[name];
  return { token, forget: token === undefined ? [] : [{ name, value: "", maxAgeS: 0 }] };
}
