import { html } from "hono/html";
import type { App, SandboxBroker, User } from "../broker.js";
import type { Html } from "./layout.js";
import { mark } from "./mark.js";

/** A user whom the page offers, with what it takes to log in. */
export interface ReadyUser {
  readonly username: string;
  readonly name: string;
  readonly password: string;
  readonly code: string;
  readonly about: string;
}

export interface LoginForm {
  /** Where the forms go: the login path, with what no hidden field could carry. */
  readonly action: string;
  readonly hidden: readonly (readonly [name: string, value: string])[];
}

const hiddenFields = (fields: LoginForm["hidden"]): Html[] =>
  fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

const readyRow = ({ action, hidden }: LoginForm, user: ReadyUser): Html => html`<li>
<div><p><strong>${user.name}</strong> <code>${user.username}</code></p>
<p class="quiet">${user.about}</p>
<p class="quiet">password <code>${user.password}</code> · code <code>${user.code}</code></p></div>
<form method="post" action="${action}">${hiddenFields([
  ...hidden,
  ["username", user.username],
  ["password", user.password],
  ["otp", user.code],
  ["ready", "yes"],
])}<button class="plain" aria-label="Log in as ${user.name}, ${user.username}">Log in</button></form>
</li>`;

/** The login form first, with what works in it, then the ready users. */
export function loginView(
  broker: SandboxBroker,
  app: App,
  form: LoginForm,
  ready: readonly ReadyUser[],
  refused?: { readonly username: string; readonly sentence: string },
): Html {
  const [works] = ready;
  const hint = (id: string, value: string | undefined): Html =>
    html`<p class="hint" id="${id}">Works here: <code>${value ?? ""}</code></p>`;
  return html`<div class="two">
<section class="card brand-edge">
<h1>Log in to ${broker.name}</h1>
<p class="quiet">to go on to the app “${app.name}”</p>
${refused ? html`<p class="notice bad" role="alert">${refused.sentence}</p>` : ""}
<form method="post" action="${form.action}">
${hiddenFields(form.hidden)}
<label for="username">User ID</label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" aria-describedby="username-hint" value="${refused?.username ?? ""}">
${hint("username-hint", works?.username)}
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password" aria-describedby="password-hint">
${hint("password-hint", works?.password)}
<label for="otp">Six-digit code from the authenticator app</label>
<input id="otp" name="otp" type="text" required inputmode="numeric" autocomplete="one-time-code" maxlength="12" aria-describedby="otp-hint">
<p class="hint" id="otp-hint">Code now: <code>${works?.code ?? ""}</code>, good for half a minute at least</p>
<button class="wide">Log in</button>
</form>
</section>
<section class="card">
<h2>Ready users</h2>
<p class="quiet">Each has its own behaviour. One press fills in user, password and the current code.</p>
<ul class="rows">${ready.map((user) => readyRow(form, user))}</ul>
</section>
</div>`;
}

/** Asks the user to let the app have the data. The first button goes on. */
export const consentView = (
  broker: SandboxBroker,
  app: App,
  user: User,
  action: string,
  pending: string,
): Html => html`<section class="card brand-edge">
<p class="pair">${mark(broker, "big")}<span aria-hidden="true">→</span><span class="tag">${app.name}</span></p>
<h1>Allow “${app.name}”?</h1>
<p class="quiet">You are logged in as ${user.name} (<code>${user.username}</code>).</p>
<p>The app asks ${broker.name} to</p>
<ul class="terms">
<li>share your profile, holdings, positions and limits with it,</li>
<li>let it place orders in your name.</li>
</ul>
<form method="post" action="${action}">
<input type="hidden" name="pending" value="${pending}">
<div class="buttons">
<button name="consent" value="yes">Allow</button>
<button name="consent" value="no" class="plain">Decline</button>
</div>
</form>
</section>`;

/** For somebody who followed a login URL that leads nowhere. */
export const refusalView = (heading: string, sentence: string): Html => html`<section class="card brand-edge">
<h1>${heading}</h1>
<p class="notice bad" role="alert">${sentence}</p>
<p class="quiet">Go back to the app and begin again.</p>
</section>`;
