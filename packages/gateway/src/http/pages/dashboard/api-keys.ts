import { html } from "hono/html";
import type { ApiKey, CallKind, Scope } from "../../../ports/api-keys.js";
import type { Html } from "../layout.js";
import type { DashboardPage, Notice } from "./frame.js";
import { shownOnce } from "./operators.js";
import { settingsHead } from "./settings.js";
import { moment } from "./times.js";

export interface ApiKeysView {
  readonly keys: readonly ApiKey[];
  /** Where the list goes on. */
  readonly next: string | undefined;
  /** Tells this form from any other, so that it makes one key however often it is sent. */
  readonly once: string;
  readonly notice?: Notice | undefined;
}

const scopes: readonly (readonly [Scope, string, string])[] = [
  ["connect", "Connect", "make links, confirm and close connections"],
  ["read", "Read", "look at apps, connections, readiness and events"],
  ["proxy", "Call brokers", "send calls through the gateway"],
  ["session", "Take tokens out", "read a session’s headers: only for those who can’t do without"],
  ["admin", "Administer", "write apps, webhooks and keys"],
];
const calls: readonly (readonly [CallKind, string, string])[] = [
  ["read", "Reads", "quotes, holdings, order books"],
  ["order", "Orders", "place, change and cancel orders"],
  ["money", "Money", "move money and pledges"],
];

const tick = (field: string, [value, name, about]: readonly [string, string, string], on: boolean): Html =>
  html`<li><input type="checkbox" id="${field}-${value}" name="${field}" value="${value}"${on ? html` checked` : ""}><label for="${field}-${value}"><strong>${name}</strong> <span class="soft">${about}</span></label></li>`;

const row = ({
  id,
  name,
  scopes: may,
  calls: forwards,
  createdAt,
  endedAt,
}: ApiKey): Html => html`<li><div><strong>${name}</strong>${endedAt === null ? "" : html` <span class="badge">Ended</span>`}
<p class="soft"><code>${id}</code><br>${may.join(", ")}${may.includes("proxy") ? `; calls: ${forwards.join(", ")}` : ""}<br>Made ${moment(createdAt)}${endedAt === null ? "" : html`, ended ${moment(endedAt)}`}</p></div>
${
  endedAt === null
    ? html`<details class="end"><summary>End<span class="aside"> ${name}</span></summary>
<form method="post" action="/settings/keys/${id}/end"><p>Whatever uses this key is refused at once.</p><button class="small">End ${name}</button></form></details>`
    : ""
}</li>`;

/** The tenant's API keys, and the form for a new one. */
export const apiKeysPage = ({ keys, next, once, notice }: ApiKeysView): DashboardPage => ({
  title: "API keys",
  section: "settings",
  notice,
  body: html`${settingsHead("/settings/keys")}
<section aria-labelledby="keys-head" id="keys" data-live>
<h2 id="keys-head">API keys</h2>
<ul class="rows">${keys.map(row)}</ul>
${next ? html`<p><a href="${next}">More keys</a></p>` : ""}
</section>
<section aria-labelledby="make-head">
<h2 id="make-head">Make a key</h2>
<form class="narrow" method="post" action="/settings/keys">
<input type="hidden" name="once" value="${once}">
<label for="name">Name</label>
<input id="name" name="name" type="text" required maxlength="100" autocomplete="off" placeholder="web server">
<fieldset><legend>What it may do</legend><ul class="ticks">${scopes.map((each) => tick("scopes", each, each[0] === "read" || each[0] === "connect"))}</ul></fieldset>
<fieldset><legend>Which calls it may send to brokers</legend><ul class="ticks">${calls.map((each) => tick("calls", each, each[0] === "read"))}</ul></fieldset>
<button>Make the key</button>
</form>
</section>`,
});

/** A key that was made. */
export const apiKeyMadePage = ({ name }: ApiKey, text: string): DashboardPage => ({
  title: "API key made",
  section: "settings",
  body: html`${settingsHead("/settings/keys")}
<section>
<h2>${name}</h2>
<p class="said good" role="status">Keep this key where your server finds it. It is shown this once: only a hash of it is stored.</p>
${shownOnce("API key", text)}
<p><a href="/settings/keys">Back to the keys</a></p>
</section>`,
});
