import { html } from "hono/html";
import type { ConnectionInfo } from "kunji/gateway";
import { shellQuoted } from "../../domain/shell-quoted.js";
import { failureOf } from "../pages/failures.js";
import type { Html, Page } from "../pages/layout.js";
import type { ReceivedWebhook } from "./received-webhooks.js";

/** A connection that a browser has come back for. */
export interface ReturnView {
  readonly connection: ConnectionInfo;
  /** The broker's name. */
  readonly broker: string;
  /** The gateway's origin. */
  readonly gateway: string;
}

const onwards = (connection?: string): Html =>
  connection === undefined
    ? html`<p><a href="/">To the dashboard</a></p>`
    : html`<p><a href="/connections/${encodeURIComponent(connection)}">To the connection</a></p>`;

const outcomePage = (heading: string, good: boolean, sentence: Html | string, connection?: string): Page => ({
  title: heading,
  body: html`<section>
<h1>${heading}</h1>
<p class="said ${good ? "good" : "bad"}" role="${good ? "status" : "alert"}">${sentence}</p>
${onwards(connection)}
</section>`,
});

/** The browser is back with a code: what an app's server does now, and a button that does it. */
export const toConfirmPage = (
  { connection: { id, user }, broker, gateway }: ReturnView,
  code: string,
): Page => ({
  title: "Back at the app",
  body: html`<section>
<h1>Back at the app</h1>
<p>This page stands for your app. The browser has come back from ${broker} with a one-time code; your app’s server confirms it, for the user whose browser it knows this to be.</p>
<form method="post" action="/demo/return">
<input type="hidden" name="connection" value="${id}"><input type="hidden" name="code" value="${code}">
<button>Confirm for ${user}</button>
</form>
<p class="soft">Or as a server does it, within ten minutes:</p>
<pre>curl "${gateway}/v1/connections/${id}/confirm" \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d ${shellQuoted(JSON.stringify({ code, user }))}</pre>
</section>`,
});

/** The login is done, and confirmed. */
export const connectedPage = ({ connection: { id, account }, broker }: ReturnView): Page =>
  outcomePage(
    "Connected",
    true,
    html`The account ${account ?? "without a name"} at ${broker} is connected.`,
    id,
  );

/** A code that opens nothing, where an app's server has asked twice or too late. */
export const codeUsedPage = ({ connection: { id, status, account }, broker }: ReturnView): Page =>
  status === "active"
    ? outcomePage(
        "This code was used already",
        true,
        html`A code confirms one login, once. The account ${account ?? "without a name"} at ${broker} is connected: there is nothing more to do.`,
        id,
      )
    : outcomePage(
        "This code can’t be used",
        false,
        html`It was used already, is older than ten minutes, or is another connection’s. Log in again. <code>code_refused</code>`,
        id,
      );

/** The login came to nothing. `code` is an error's. */
export function failedPage({ connection: { id }, broker }: ReturnView, code: string): Page {
  const { heading, next } = failureOf(code, broker);
  return outcomePage("Not connected", false, html`${heading}. ${next} <code>${code}</code>`, id);
}

/** The gateway's API has refused a call of the demo's. */
export const refusalPage = (status: number, { code, detail }: Readonly<Record<string, unknown>>): Page =>
  outcomePage(
    "The gateway refused",
    false,
    html`${typeof detail === "string" ? detail : "It gave no reason."} (${status} ${typeof code === "string" ? code : ""})`,
  );

export const webhooksPage = (received: readonly ReceivedWebhook[]): Page => ({
  title: "Webhooks received",
  wide: true,
  body: html`<section>
<h1>Webhooks received</h1>
<p class="soft">The last hundred since the start, newest first. Each one’s signature was verified.</p>
${received.length === 0 ? html`<p>None yet.</p>` : received.map(({ payload }) => html`<pre>${JSON.stringify(payload, null, 2)}</pre><hr>`)}
${onwards()}
</section>`,
});
