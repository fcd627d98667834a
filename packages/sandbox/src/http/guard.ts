import type { MiddlewareHandler } from "hono";
import type { SandboxBroker } from "../broker.js";
import { Problem } from "../problem.js";
import type { Env } from "./env.js";
import { brokersByHost, hostName, hostOf, isLoopback } from "./hosts.js";

/**
 * On a loopback address only names that belong there are answered: else a foreign page whose name resolves to
 * 127.0.0.1 could read the sandbox (DNS rebinding).
 */
export function knownHostsOnly(
  brokers: readonly SandboxBroker[],
  more: readonly string[],
): MiddlewareHandler<Env> {
  const brokerOf = brokersByHost(brokers);
  const allowed = new Set(more.map(hostName));
  return async (c, next) => {
    const host = hostOf(c.req.raw);
    const name = hostName(host);
    if (c.env?.loopback !== true || isLoopback(name) || allowed.has(name) || brokerOf(host) !== undefined) {
      return next();
    }
    throw new Problem(
      403,
      "unknown_host",
      "The sandbox listens on this machine only and does not answer for this host name. Use 127.0.0.1 or localhost, or name the host in KUNJI_SANDBOX_HOSTS.",
    );
  };
}

/** Refuses calls that change something and come from a page of another origin. Programs send neither header. */
export const noForeignPages: MiddlewareHandler<Env> = async (c, next) => {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const foreign =
    site === undefined
      ? origin !== undefined && URL.parse(origin)?.host !== hostOf(c.req.raw)
      : site !== "same-origin" && site !== "none";
  if (foreign && c.req.method !== "GET" && c.req.method !== "HEAD") {
    throw new Problem(
      403,
      "foreign_page",
      "A page of another origin may not steer the sandbox. Send the call from a program.",
    );
  }
  return next();
};
