import type { Context } from "hono";
import type { Env } from "./env.js";
import { hostOf } from "./hosts.js";

const readers: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Whether a form comes from the sandbox's own pages: the browser says so by `Sec-Fetch-Site`, where it sends none by
 * `Origin`. A form with neither is no browser's. Reading is always allowed.
 */
export function fromOwnPage(c: Context<Env>): boolean {
  if (readers.has(c.req.method)) return true;
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = c.req.header("origin");
  return origin !== undefined && URL.parse(origin)?.host === hostOf(c.req.raw);
}
