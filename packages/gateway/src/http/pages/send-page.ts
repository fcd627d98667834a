import type { FastifyReply } from "fastify";
import { layout, type Page } from "./layout.js";

export interface Sending {
  /** 200 by default. */
  readonly status?: number;
  /** Addresses that the redirect after this page's form may lead to. */
  readonly formLeadsTo?: readonly string[];
}

/**
 * Chromium holds every hop of a redirect after a form against `form-action`, and where a broker or an app sends the browser
 * on is not ours to know: hence schemes, not origins, and plain http only where the first hop is.
 */
export function pagePolicy(formLeadsTo: readonly string[] = []): string {
  const schemes = formLeadsTo.map((address) => new URL(address).protocol);
  const targets = [...new Set(["'self'", ...(schemes.length > 0 ? ["https:"] : []), ...schemes])].join(" ");
  return `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`;
}

/** What every page is sent with. */
export const pageHeaders = (formLeadsTo?: readonly string[]) => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": pagePolicy(formLeadsTo),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
});

/** Answers with a page. */
export async function sendPage(
  reply: FastifyReply,
  page: Page,
  { status = 200, formLeadsTo }: Sending = {},
): Promise<FastifyReply> {
  return reply
    .code(status)
    .headers(pageHeaders(formLeadsTo))
    .send(String(await layout(page)));
}
