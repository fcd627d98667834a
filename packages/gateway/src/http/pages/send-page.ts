import type { FastifyReply } from "fastify";
import { layout, type Page } from "./layout.js";

export interface Sending {
  /** 200 by default. */
  readonly status?: number;
  /** Addresses that the redirect after this page's form may lead to. */
  readonly formLeadsTo?: readonly string[];
}

/** A policy's name for an address's origin. It has none for IPv6 addresses: there the scheme must do. */
function source(address: string): string {
  const { protocol, hostname, origin } = new URL(address);
  return hostname.startsWith("[") ? protocol : origin;
}

/** Browsers hold a redirect after a form against `form-action` too, so the page names where its form leads. */
export function pagePolicy(formLeadsTo: readonly string[] = []): string {
  const targets = [...new Set(["'self'", ...formLeadsTo.map(source)])].join(" ");
  return `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`;
}

/** Answers with a page. */
export async function sendPage(
  reply: FastifyReply,
  page: Page,
  { status = 200, formLeadsTo }: Sending = {},
): Promise<FastifyReply> {
  return reply
    .code(status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": pagePolicy(formLeadsTo),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .send(String(await layout(page)));
}
