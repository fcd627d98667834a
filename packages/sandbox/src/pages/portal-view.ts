import { html } from "hono/html";
import type { App, SandboxBroker } from "../broker.js";
import type { Html } from "./layout.js";

export interface PortalNotice {
  readonly kind: "good" | "bad";
  readonly sentence: string;
}

const appCard = (broker: SandboxBroker, app: App, prefix: string): Html => html`<section class="card">
<h2>${app.name}</h2>
<dl>${Object.entries(app.keys).map(
  ([key, value]) => html`<dt>${broker.keyLabels[key] ?? key}</dt><dd class="code">${value}</dd>`,
)}</dl>
${
  broker.login === null
    ? ""
    : html`<form method="post" action="${prefix}/portal/apps/${app.id}">
<label for="redirect-${app.id}">Redirect URL</label>
<input id="redirect-${app.id}" name="redirect_url" type="url" required value="${app.redirectUrl ?? ""}">
<div class="buttons"><button class="plain">Change the redirect URL</button></div>
</form>`
}
</section>`;

/** The developer portal of one broker: a form for a new app, then the apps with their keys. */
export function portalView(
  broker: SandboxBroker,
  apps: readonly App[],
  prefix: string,
  notice?: PortalNotice,
): Html {
  return html`<h1>Your apps at ${broker.name}</h1>
<p class="quiet">Register an app and take its keys. What is changed here counts from the next login on.</p>
${notice ? html`<p class="notice ${notice.kind}" role="status">${notice.sentence}</p>` : ""}
<div class="cards">
<section class="card brand-edge">
<h2>Register an app</h2>
<form method="post" action="${prefix}/portal/apps">
<label for="name">Name of the app</label>
<input id="name" name="name" type="text" required maxlength="80">
${
  broker.login === null
    ? ""
    : html`<label for="redirect_url">Redirect URL</label>
<input id="redirect_url" name="redirect_url" type="url" required placeholder="http://127.0.0.1:4700/callback/…">`
}
<button class="wide">Register</button>
</form>
</section>
${apps.map((app) => appCard(broker, app, prefix))}
</div>`;
}
