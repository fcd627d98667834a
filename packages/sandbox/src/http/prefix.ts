import type { SandboxBroker } from "../broker.js";
import { brokersByHost, hostOf } from "./hosts.js";

export const stylePath = "/_sandbox/style.css";

/** True where the request names the broker's own host, and so has no `/<broker>` in front of its path. */
const byHost = (request: Request, broker: SandboxBroker): boolean =>
  brokersByHost([broker])(hostOf(request)) !== undefined;

/** What stands in front of the broker's own paths in this request's pages: `/<broker>`, or nothing at its own host. */
export const prefixOf = (request: Request, broker: SandboxBroker): string =>
  byHost(request, broker) ? "" : `/${broker.id}`;

/** The request's URL as the broker's own host would see it. */
export function ownUrl(request: Request, broker: SandboxBroker): URL {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefixOf(request, broker).length) || "/";
  return url;
}

/**
 * Where the client of this request finds the sandbox: a broker's host, and one without a port, don't tell on which port
 * it listens, so the socket's own port stands there. Elsewhere the named port stays: a container may publish another.
 */
export function sandboxUrl(request: Request, broker: SandboxBroker, listensOn: number | undefined): URL {
  const url = new URL(request.url);
  if (listensOn !== undefined && (url.port === "" || byHost(request, broker))) url.port = String(listensOn);
  return url;
}

/** The path by which the app finds its handler: with the prefix in any case, without a trailing slash. */
export function routedPath(request: Request, brokerOf: ReturnType<typeof brokersByHost>): string {
  const { pathname } = new URL(request.url);
  const path = pathname === "/" ? "/" : pathname.replace(/\/$/, "");
  const broker = brokerOf(hostOf(request));
  if (broker === undefined || path === stylePath || path === "/favicon.ico") return path;
  return `/${broker.id}${path === "/" ? "" : path}`;
}
