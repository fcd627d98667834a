import type { FastifyRequest } from "fastify";
import { Problem } from "../domain/problem.js";

const readers: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A form may only come from the gateway's own pages: the browser says so by `Sec-Fetch-Site`, an older one by `Origin`.
 * Where neither is sent the form is refused.
 */
export function sameOriginOnly(publicUrl: string): (request: FastifyRequest) => void {
  const own = new URL(publicUrl).origin;
  return ({ method, headers }) => {
    if (readers.has(method)) return;
    const site = headers["sec-fetch-site"];
    const allowed = site === undefined ? headers.origin === own : site === "same-origin";
    if (!allowed) throw new Problem("origin_refused");
  };
}
