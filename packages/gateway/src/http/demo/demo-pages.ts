import { html } from "hono/html";
import type { Traits } from "kunji";
import type { ConnectionInfo } from "kunji/gateway";
import type { Html, Page } from "../pages/layout.js";
import type { ReceivedWebhook } from "./received-webhooks.js";

const time = (moment: string | null): string =>
  moment === null ? "–" : `${moment.slice(0, 16).replace("T", " ")} UTC`;

const button = (action: string, name: string, value: string, label: string, plain = true): Html =>
  html`<form method="post" action="${action}"><input type="hidden" name="${name}" value="${value}"><button${plain ? html` class="plain"` : ""}>${label}</button></form>`;

const connectionRow = ({ id, app, user, status, reason, account, ends_at }: ConnectionInfo): Html => html`<tr>
<td><strong>${app}</strong><br><span class="soft">${id}<br>${user}</span></td>
<td>${status}${reason ? html`<br><span class="soft">${reason}</span>` : ""}</td><td>${account ?? "–"}</td><td>${time(ends_at)}</td>
<td><div class="row">${status === "closed" ? "" : button("/demo/connect", "connection", id, status === "new" ? "Log in" : "Log in again")}
${status === "active" ? button("/demo/call", "connection", id, "Call the broker") : ""}
${status === "closed" ? "" : button("/demo/close", "connection", id, "Close")}</div></td></tr>`;

export interface HomeView {
  readonly brokers: readonly Pick<Traits, "id" | "name" | "login">[];
  readonly connections: readonly ConnectionInfo[];
  /** Where the sandbox shows its users. */
  readonly usersUrl: string | undefined;
}

/** What this is, a button for each broker, and the connections. */
export function homePage({ brokers, connections, usersUrl }: HomeView): Page {
  const typedHere = brokers.filter(({ login }) => login === "password").map(({ name }) => name);
  const newestFirst = [...connections].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return {
    title: "Kunji demo",
    wide: true,
    body: html`<section>
<h1>Kunji demo</h1>
<p>This page plays an app. Its user, <strong>demo-user</strong>, connects accounts at brokers, all of which the sandbox plays.</p>
${usersUrl ? html`<p>User names, passwords and codes: <a href="${usersUrl}">the sandbox's users</a>. ${typedHere.join(", ")} asks for them here, the others on their own pages.</p>` : ""}
<div class="row">${brokers.map(({ id, name }) => button("/demo/connect", "app", id, `Connect ${name}`, false))}</div>
</section>
<section>
<h2>Connections</h2>
${
  connections.length === 0
    ? html`<p class="soft">There is none yet.</p>`
    : html`<div class="scroll"><table>
<thead><tr><th scope="col">App</th><th scope="col">Status</th><th scope="col">Account</th><th scope="col">Ends</th><th scope="col">What next</th></tr></thead>
<tbody>${newestFirst.map(connectionRow)}</tbody>
</table></div>`
}
</section>
<section>
<h2>Webhooks</h2>
<p>What happens to connections is told to the app: <a href="/demo/webhook">see what was received</a>.</p>
</section>`,
  };
}

const outcomePage = (heading: string, good: boolean, sentence: Html | string): Page => ({
  title: heading,
  body: html`<section>
<h1>${heading}</h1>
<p class="said ${good ? "good" : "bad"}" role="${good ? "status" : "alert"}">${sentence}</p>
<p><a href="/demo">Back to the demo</a></p>
</section>`,
});

/** The login is done, and the app's server has confirmed it. */
export const connectedPage = ({ broker, account, ends_at }: ConnectionInfo): Page =>
  outcomePage(
    "Connected",
    true,
    html`The account ${account ?? "without a name"} at ${broker} is connected${ends_at ? `, until ${time(ends_at)}` : ""}.`,
  );

/** The login came to nothing. `code` is an error's. */
export const failedPage = (code: string): Page =>
  outcomePage("Not connected", false, html`The login did not work (${code}): go back and log in again.`);

/** The gateway's API has refused a call of the demo's. */
export const refusalPage = (status: number, { code, detail }: Readonly<Record<string, unknown>>): Page =>
  outcomePage(
    "The gateway refused",
    false,
    html`${typeof detail === "string" ? detail : "It gave no reason."} (${status} ${typeof code === "string" ? code : ""})`,
  );

/** A broker's answer to its first call. */
export const callPage = (call: string, status: number, from: string, text: string): Page => ({
  title: "The answer",
  wide: true,
  body: html`<section>
<h1>${call}</h1>
<p class="said ${status < 400 ? "good" : "bad"}">Status ${status}, answered by the ${from}.</p>
<pre>${text}</pre>
<p><a href="/demo">Back to the demo</a></p>
</section>`,
});

export const webhooksPage = (received: readonly ReceivedWebhook[]): Page => ({
  title: "Webhooks received",
  wide: true,
  body: html`<section>
<h1>Webhooks received</h1>
<p class="soft">The last hundred since the start, newest first. Each one's signature was verified.</p>
${received.length === 0 ? html`<p>None yet.</p>` : received.map(({ payload }) => html`<pre>${JSON.stringify(payload, null, 2)}</pre><hr>`)}
<p><a href="/demo">Back to the demo</a></p>
</section>`,
});
