import { html } from "hono/html";
import type { Connection } from "../../ports/connections.js";
import type { Html, Page } from "./layout.js";

/** What a page of the connect link shows. */
export interface ConnectView {
  /** The broker's name. */
  readonly broker: string;
  readonly connection: Pick<Connection, "user" | "account" | "expectedAccount" | "returnUrl">;
  /** Where the form goes: a path. */
  readonly action: string;
}

const heading = ({
  broker,
  connection: { user, account, expectedAccount, returnUrl },
}: ConnectView): Html => {
  const only = account ?? expectedAccount;
  return html`<h1>Connect ${broker}</h1>
<p><strong>${new URL(returnUrl).host}</strong> asks you to log in at ${broker}. You come back there afterwards.</p>
<p class="soft">You are connecting for the user “${user}”${only ? html`, with the account <strong>${only}</strong> and no other` : ""}.</p>`;
};

/** The broker has a login page: one button leads there. */
export const buttonPage = (view: ConnectView): Page => ({
  title: `Connect ${view.broker}`,
  body: html`<section>
${heading(view)}
<form method="post" action="${view.action}"><button>Go to ${view.broker}</button></form>
</section>`,
});

/** What was refused, and what had been typed that is no secret. */
export interface Refused {
  readonly sentence: string;
  readonly username: string;
}

/** The broker has no login page: the credentials are asked for here. */
export const passwordPage = (view: ConnectView, refused?: Refused): Page => ({
  title: `Log in to ${view.broker}`,
  body: html`<section>
${heading(view)}
${refused ? html`<p class="said bad" role="alert">${refused.sentence}</p>` : ""}
<form method="post" action="${view.action}">
<label for="username">User name at ${view.broker}</label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" value="${refused?.username ?? ""}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<label for="otp">Code, if ${view.broker} has sent or shown you one</label>
<input id="otp" name="otp" type="text" inputmode="numeric" autocomplete="one-time-code">
<button>Log in</button>
</form>
<p class="soft">The password goes to ${view.broker} this once and is not stored. Only where ${view.broker} asks for one more step does it wait here, encrypted, until you have taken it: ten minutes at most.</p>
</section>`,
});

const codeLabels = { verification_code: "Verification code", pin: "PIN" } as const;

/** The broker wants one thing more. */
export const codePage = (view: ConnectView, needs: keyof typeof codeLabels, failed: boolean): Page => ({
  title: `One more step at ${view.broker}`,
  body: html`<section>
<h1>One more step</h1>
<p>${view.broker} asks for your ${needs === "pin" ? "PIN" : "verification code"}.</p>
${failed ? html`<p class="said bad" role="alert">${view.broker} did not accept that: type it again.</p>` : ""}
<form method="post" action="${view.action}">
<label for="otp">${codeLabels[needs]}</label>
<input id="otp" name="otp" type="${needs === "pin" ? "password" : "text"}" required inputmode="numeric" autocomplete="one-time-code">
<button>Go on</button>
</form>
</section>`,
});
