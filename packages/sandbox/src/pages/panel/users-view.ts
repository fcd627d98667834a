import { html } from "hono/html";
import type { PresetUser, SandboxBroker } from "../../broker.js";
import { currentCode } from "../../credentials.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";

export interface UsersOf {
  readonly broker: SandboxBroker;
  /** The login URL of a ready app; `undefined` where its keys alone make none. */
  readonly login: string | undefined;
}

function row({ username, name, password, totpSecret, about }: PresetUser, wallMs: number): Html {
  return html`<li><div><p><strong>${name}</strong></p><p class="quiet">${about}</p>
<dl><dt>User ID</dt><dd><code>${username}</code></dd><dt>Password</dt><dd><code>${password}</code></dd>
<dt>Code now</dt><dd><code class="otp">${currentCode(totpSecret, wallMs)}</code></dd>
<dt>TOTP secret</dt><dd><code>${totpSecret}</code></dd></dl></div></li>`;
}

const loginWay = ({ broker, login }: UsersOf): Html =>
  login !== undefined
    ? html`<a href="${login}">Login page</a>`
    : html`<span class="quiet">${broker.login === null ? "no login page" : "its login URL needs a vendor's session"}</span>`;

/** All users with what they log in with, by broker. */
export const usersView = (all: readonly UsersOf[], wallMs: number): Html =>
  html`<p class="quiet">Codes change every 30 seconds and follow the clock on the wall; an authenticator app shows the same ones.</p>
<div class="cards">${all.map(
    (
      each,
    ) => html`<section class="card of-${each.broker.id}"><div class="head"><h2>${mark(each.broker)} ${each.broker.name}</h2>
<p>${loginWay(each)} · <a href="/${each.broker.id}/portal">Portal</a></p></div>
<ul class="rows" id="live-${each.broker.id}" data-live>${each.broker.presets.users.map((user) => row(user, wallMs))}</ul></section>`,
  )}</div>`;
