import { html } from "hono/html";
import type { BrokerId } from "kunji";
import type { AppLook } from "./app-look.js";
import { brokerMark } from "./broker-mark.js";
import type { Page } from "./layout.js";

/** What the question for the account shows, and what its form brings back. */
export interface AccountView {
  readonly app: AppLook;
  readonly brokerId: BrokerId;
  /** The broker's name. */
  readonly broker: string;
  readonly account: string;
  readonly connection: string;
  readonly secret: string;
  /** Where the app takes the browser back. */
  readonly returnUrl: string;
  /** Where the form goes: a path. */
  readonly action: string;
}

/** Asks whether the account is the user's own: somebody else may have led the browser here. */
export const accountPage = ({
  app,
  brokerId,
  broker,
  account,
  connection,
  secret,
  returnUrl,
  action,
}: AccountView): Page => ({
  title: "Is this your account?",
  look: app,
  body: html`<section>
<div class="pair">${brokerMark(brokerId)}</div>
<h1>Is this your account?</h1>
<p>You are logged in at ${broker} as</p>
<p class="account">${account}</p>
<p>Go on only if it is yours: <strong>${new URL(returnUrl).host}</strong> gets access to it.</p>
<form method="post" action="${action}">
<input type="hidden" name="connection" value="${connection}">
<input type="hidden" name="secret" value="${secret}">
<button name="answer" value="yes">Yes, connect it</button>
<button name="answer" value="no" class="plain">No, it is not mine</button>
</form>
</section>`,
});
