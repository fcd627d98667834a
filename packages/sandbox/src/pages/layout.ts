import type { Context } from "hono";
import { html } from "hono/html";
import type { SandboxBroker } from "../broker.js";
import type { Env } from "../http/env.js";
import { stylePath } from "../http/prefix.js";
import { mark } from "./mark.js";

export type Html = ReturnType<typeof html>;

interface Page {
  readonly title: string;
  /** Whose colour and name the page bears; the sandbox's own without it. */
  readonly broker?: SandboxBroker;
  /** What the page is, beside the broker's name. */
  readonly part?: string;
  readonly width?: "narrow" | "medium" | "wide";
  /** What stands under the bar: the way to other pages. */
  readonly navigation?: Html;
  /** A script of the sandbox's own. */
  readonly script?: string;
  /** Whether its forms stay with the sandbox; those of a login lead on to the app. */
  readonly formsStay?: boolean;
  readonly body: Html;
}

/** A whole page: banner, the broker's bar, the body. Nothing in it needs a script. */
export function layout({ title, broker, part, width = "wide", navigation, script, body }: Page): Html {
  const where = broker
    ? html`You are in the <strong>Kunji sandbox</strong>, not ${broker.name}: never type a real password here.`
    : html`You are in the <strong>Kunji sandbox</strong>: no order leaves it.`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">
${script ? html`<script src="${script}" defer></script>` : ""}
</head>
<body class="${broker ? `tinted of-${broker.id}` : "of-sandbox"}">
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="sandbox"><b>This is a sandbox: no real account.</b> ${where}</p>
<div class="bar ${width}">${mark(broker, "big")}<p><strong>${broker?.name ?? "Kunji sandbox"}</strong>${part ? html`<small>${part}</small>` : ""}</p></div>
${navigation ?? ""}
</header>
<main id="main" class="${width}" tabindex="-1">
${body}
</main>
</body>
</html>
`;
}

const headersOfAll = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

const policy = (scripts: boolean, forms: string): string =>
  `default-src 'none'; style-src 'self'; img-src 'self' data:; ${
    scripts ? "script-src 'self'; connect-src 'self'; " : ""
  }base-uri 'none'; frame-ancestors 'none'; form-action ${forms}`;

/**
 * The headers of a page. A browser holds each hop of a redirect after a form against `form-action`, and where an app
 * sends the browser on from its callback is not ours to know: hence web addresses as such on a login's pages. Their
 * addresses hold the app's state, so they are told to nobody; where forms stay, the browser must say whence they come.
 */
const pageHeaders = ({ formsStay = false, script }: Page): Record<string, string> => ({
  ...headersOfAll,
  "referrer-policy": formsStay ? "same-origin" : "no-referrer",
  "content-security-policy": policy(script !== undefined, formsStay ? "'self'" : "'self' http: https:"),
});

/** Answers with a page. */
export async function showPage(
  c: Context<Env>,
  page: Page,
  status: 200 | 201 | 400 | 401 | 403 | 404 = 200,
): Promise<Response> {
  return c.body(String(await layout(page)), status, pageHeaders(page));
}
