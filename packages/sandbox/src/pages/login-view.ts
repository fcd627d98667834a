import { html } from "hono/html";
import type { App, SandboxBroker, User } from "../broker.js";
import type { Html } from "./layout.js";

/** A user whom the page offers, with what it takes to log in. */
export interface ReadyUser {
  readonly username: string;
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
<p><strong class="code">${user.username}</strong> <span class="quiet">code <span class="code">${user.code}</span></span><br><span class="quiet">${user.about}</span></p>
<form method="post" action="${action}">${hiddenFields([
  ...hidden,
  ["username", user.username],
  ["password", user.password],
  ["otp", user.code],
  ["ready", "yes"],
])}<button class="plain" aria-label="Log in as ${user.username}">Log in</button></form>
</li>`;

/** The login form first, then the ready users. */
export function loginView(
  broker: SandboxBroker,
  app: App,
  form: LoginForm,
  ready: readonly ReadyUser[],
  refused?: { readonly username: string; readonly sentence: string },
): Html {
  return html`<section class="card brand-edge">
<h1>Log in to ${broker.name}</h1>
<p class="quiet">to go on to the app “${app.name}”</p>
${refused ? html`<p class="notice bad" role="alert">${refused.sentence}</p>` : ""}
<form method="post" action="${form.action}">
${hiddenFields(form.hidden)}
<label for="username">User ID</label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" value="${refused?.username ?? ""}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<label for="otp">Six-digit code from the authenticator app</label>
<input id="otp" name="otp" type="text" required inputmode="numeric" autocomplete="one-time-code" maxlength="12">
<button class="wide">Log in</button>
</form>
</section>
<section class="card">
<h2>Ready users</h2>
<p class="quiet">Each has its own behaviour. One press fills in user, password and the current code.</p>
<ul class="rows">${ready.map((user) => readyRow(form, user))}</ul>
</section>`;
}

/** Asks the user to let the app have the data. The first button goes on. */
export const consentView = (
  broker: SandboxBroker,
  app: App,
  user: User,
  action: string,
  pending: string,
): Html => html`<section class="card brand-edge">
<h1>Allow “${app.name}”?</h1>
<p class="quiet">You are logged in as ${user.name} (<span class="code">${user.username}</span>).</p>
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
