import type { FastifyReply } from "fastify";
import { layout, type Page } from "./layout.js";

export interface Sending {
  /** 200 by default. */
  readonly status?: number;
  /** Addresses that the redirect after this page's form may lead to. */
  readonly formLeadsTo?: readonly string[];
}

/**
 * Names the origins that a page's form leads to. Chromium holds every hop of a redirect after a form against `form-action`, and
 * where a broker or an app sends the browser on is not ours to know: by https anywhere, by plain http only where the first hop is.
 */
export function pagePolicy(formLeadsTo: readonly string[] = []): string {
  const first = formLeadsTo.map((address) => new URL(address));
  const onward = first.length > 0 ? ["https:", ...first.map(({ protocol }) => protocol)] : [];
  const targets = [...new Set(["'self'", ...first.map(({ origin }) => origin), ...onward])].join(" ");
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
