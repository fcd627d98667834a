import { html } from "hono/html";
import type { AppAccess } from "../../flows/app-access.js";
import type { AppLook } from "./app-look.js";
import type { Html } from "./layout.js";

/** What a user agrees to. */
export interface Terms {
  readonly app: AppLook;
  /** The broker's name. */
  readonly broker: string;
  /** Where the browser goes back to. */
  readonly returnUrl: string;
  readonly access: AppAccess;
  /** The broker's sessions are renewed without the user. */
  readonly renewed: boolean;
  /** The password is typed here and not at the broker. */
  readonly passwordHere: boolean;
}

const tick = html`<svg class="tick" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><path d="M4 10.500l4 4 8-9"/></svg>`;

/** What the app may do, with whom that is shared, for how long, and what becomes of the password. */
export const termsView = ({
  app,
  broker,
  returnUrl,
  access,
  renewed,
  passwordHere,
}: Terms): Html => html`<div class="terms">
<h2>What ${app.name} can do</h2>
<ul class="ticks">
<li>${tick}<span>See your profile, holdings, positions, orders and limits</span></li>
${access.order ? html`<li>${tick}<span>Place, change and cancel orders in your name</span></li>` : ""}
${access.money ? html`<li>${tick}<span>Move money and securities, as far as ${broker} lets apps do so</span></li>` : ""}
</ul>
<dl>
<div><dt>Shared with</dt><dd>${new URL(returnUrl).host}</dd></div>
<div><dt>How long</dt><dd>${renewed ? `Until you or the app ends it: ${broker} renews the session, and asks you now and then to log in again` : `Until ${broker} ends the session: you log in again each trading day`}</dd></div>
<div><dt>Your password</dt><dd>${passwordHere ? `Goes to ${broker} this once and is not stored. Only where ${broker} asks for one more step does it wait here, encrypted, until you have taken it: ten minutes at most` : `You type it at ${broker} alone. ${app.name} never sees it`}</dd></div>
</dl>
</div>`;
