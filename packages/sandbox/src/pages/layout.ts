import type { Context } from "hono";
import { html } from "hono/html";
import type { SandboxBroker } from "../broker.js";
import type { Env } from "../http/env.js";
import { stylePath } from "../http/prefix.js";

export type Html = ReturnType<typeof html>;

interface Page {
  readonly title: string;
  /** Whose colour and name the page bears; the sandbox's own without it. */
  readonly broker?: SandboxBroker;
  /** What the page is, beside the broker's name. */
  readonly part?: string;
  readonly narrow?: boolean;
  readonly body: Html;
}

/** A whole page: banner, the broker's bar, the body. Nothing in it needs a script. */
export function layout({ title, broker, part, narrow, body }: Page): Html {
  const banner = broker
    ? html`This is the <strong>Kunji sandbox</strong>, not ${broker.name}. Use its test users; never type a real password here.`
    : html`This is the <strong>Kunji sandbox</strong>. Nothing in it is a real account.`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body class="${broker ? `of-${broker.id}` : "of-sandbox"}">
<p class="sandbox">${banner}</p>
<header class="bar"><p>${broker?.name ?? "Kunji sandbox"}${part ? html`<small>${part}</small>` : ""}</p></header>
<main class="${narrow ? "narrow" : "wide"}">
${body}
</main>
</body>
</html>
`;
}

/**
 * The headers that every page has. A browser holds each hop of a redirect after a form against `form-action`, and
 * where an app sends the browser on from its callback is not ours to know: hence web addresses as such.
 */
const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:",
} as const;

/** Answers with a page. */
export async function showPage(
  c: Context<Env>,
  page: Page,
  status: 200 | 201 | 400 | 401 = 200,
): Promise<Response> {
  return c.body(String(await layout(page)), status, pageHeaders);
}
