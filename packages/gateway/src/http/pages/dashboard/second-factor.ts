import { html } from "hono/html";
import type { DashboardPage, Notice } from "./frame.js";
import { qrCode } from "./qr.js";
import { ownPasswordField, settingsHead } from "./settings.js";

/** A secret that is offered to an authenticator app. */
export interface SecondFactorView {
  /** The operator's. */
  readonly name: string;
  /** In base32. */
  readonly secret: string;
  /** What the QR code holds. */
  readonly address: string;
  readonly notice?: Notice | undefined;
}

/** The second factor's secret, as a QR code and to type, and the form that proves it. */
export const secondFactorPage = ({ name, secret, address, notice }: SecondFactorView): DashboardPage => ({
  title: "Second factor",
  section: "settings",
  notice,
  body: html`${settingsHead("/settings")}
<section aria-labelledby="factor-head">
<h2 id="factor-head">Set up the second factor</h2>
<ol class="steps">
<li><p>Scan this with an authenticator app.</p>
${qrCode(address, "QR code with the secret below")}
<p class="soft">Or type the secret: <code class="secret" id="secret">${secret.match(/.{1,4}/g)?.join(" ") ?? ""}</code></p></li>
<li><p>Type the code that the app now shows, and your password. Nothing is on before that.</p>
<form class="narrow" method="post" action="/settings/second-factor">
<input type="hidden" name="secret" value="${secret}">
<label for="code">Code</label>
<input id="code" name="code" type="text" required inputmode="numeric" autocomplete="one-time-code" maxlength="12">
${ownPasswordField("on-password", name)}
<button>Turn it on</button>
</form></li>
</ol>
<p><a href="/settings">Back without it</a></p>
</section>`,
});
