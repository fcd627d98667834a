import { html } from "hono/html";
import type { OperatorSession } from "../../../ports/operator-sessions.js";
import type { Html } from "../layout.js";
import type { DashboardPage, Notice } from "./frame.js";
import { newPasswordFields, whoseField } from "./sign-in.js";
import { moment } from "./times.js";

const tabs = [
  ["/settings", "You"],
  ["/settings/operators", "Operators"],
  ["/settings/keys", "API keys"],
] as const;

/** The head of the pages of settings: the way to the others. */
export const settingsHead = (
  current: (typeof tabs)[number][0],
): Html => html`<header class="head"><h1>Settings</h1></header>
<nav class="tabs" aria-label="Settings"><ul>${tabs.map(([path, name]) => html`<li><a href="${path}"${path === current ? html` aria-current="page"` : ""}>${name}</a></li>`)}</ul></nav>`;

/** What the page of one's own settings shows. */
export interface SettingsView {
  readonly name: string;
  readonly hasSecondFactor: boolean;
  readonly sessions: readonly Pick<OperatorSession, "id" | "browser" | "createdAt" | "usedAt">[];
  /** The id of the session that looks. */
  readonly session: string;
  readonly notice?: Notice | undefined;
}

/** A password that is asked for again, in a field with this id. */
export const ownPasswordField = (id: string, name: string): Html => html`${whoseField(name)}
<label for="${id}">Your password</label>
<input id="${id}" name="password" type="password" required autocomplete="current-password">`;

const passwordSection = (name: string): Html => html`<section aria-labelledby="password-head">
<h2 id="password-head">Password</h2>
<p class="soft">You stay signed in here. Every other browser is signed out.</p>
<form class="narrow" method="post" action="/settings/password">
${ownPasswordField("old-password", name)}
${newPasswordFields}
<button>Change the password</button>
</form>
</section>`;

const factorSection = (on: boolean, name: string): Html => html`<section aria-labelledby="factor-head">
<h2 id="factor-head">Second factor <span class="badge ${on ? "good" : ""}">${on ? "On" : "Off"}</span></h2>
<p>${on ? "Signing in asks for a code of your authenticator app after the password." : "With a second factor a password alone opens nothing: signing in asks for a code of an authenticator app besides."}</p>
${
  on
    ? html`<details><summary>Turn it off</summary>
<form class="narrow" method="post" action="/settings/second-factor/off">
${ownPasswordField("off-password", name)}
<button class="plain">Turn the second factor off</button>
</form></details>`
    : html`<p><a class="button" href="/settings/second-factor">Set it up</a></p>`
}
</section>`;

const sessionsSection = ({
  sessions,
  session,
}: SettingsView): Html => html`<section aria-labelledby="sessions-head" id="sessions" data-live>
<h2 id="sessions-head">Where you are signed in</h2>
<ul class="rows">${sessions.map(
  ({
    id,
    browser,
    createdAt,
    usedAt,
  }) => html`<li><div><strong>${browser}</strong>${id === session ? html` <span class="badge good">This browser</span>` : ""}
<p class="soft">Signed in ${moment(createdAt)}, last used ${moment(usedAt)}</p></div>
${id === session ? "" : html`<form method="post" action="/settings/sessions/${id}/end"><button class="plain small">Sign out<span class="aside"> ${browser}, signed in ${moment(createdAt)}</span></button></form>`}</li>`,
)}</ul>
${sessions.length > 1 ? html`<form class="inline" method="post" action="/settings/sessions/end-others"><button class="plain">Sign out everywhere else</button></form>` : ""}
<p class="soft">A session ends after two hours without use, and after twelve hours whatever happens.</p>
</section>`;

/** One's own password, second factor and sessions. */
export const settingsPage = (view: SettingsView): DashboardPage => ({
  title: "Settings",
  section: "settings",
  notice: view.notice,
  body: html`${settingsHead("/settings")}
${passwordSection(view.name)}
${factorSection(view.hasSecondFactor, view.name)}
${sessionsSection(view)}`,
});
