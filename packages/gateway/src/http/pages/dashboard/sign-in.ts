import { html } from "hono/html";
import { passwordLengths } from "../../../domain/password-rules.js";
import type { Html, Page } from "../layout.js";
import { mark } from "./frame.js";

/** What the sign-in's pages show. */
export interface SignInView {
  /** The path that the person wanted to see. */
  readonly next: string;
  /** Why the form is there again. */
  readonly refused?: string | undefined;
}

const head = (heading: string): Html =>
  html`<p class="brand">${mark}<span>Kunji</span></p>
<h1>${heading}</h1>`;

const told = ({ refused }: SignInView): Html | string =>
  refused ? html`<p class="said bad" role="alert">${refused}</p>` : "";

const nextField = ({ next }: SignInView): Html => html`<input type="hidden" name="next" value="${next}">`;

/** What the first page shows besides. */
export interface PasswordView extends SignInView {
  /** The name that was typed before. */
  readonly name?: string | undefined;
  /** Whether somebody has just signed out. */
  readonly out?: boolean;
  /** In the demo, whom the person may go on as without a password. */
  readonly demo?: string | undefined;
}

/** A name and a password. */
export const signInPage = (view: PasswordView): Page => ({
  title: "Sign in · Kunji",
  body: html`<section class="sign-in">
${head("Sign in")}
${view.out && !view.refused ? html`<p class="said good" role="status">You are signed out.</p>` : ""}
${told(view)}
${view.demo ? html`<form method="post" action="/sign-in?demo=yes">${nextField(view)}<button>Go on with the demo as ${view.demo}</button></form>` : ""}
<form method="post" action="/sign-in">
${nextField(view)}
<label for="name">Name</label>
<input id="name" name="name" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" value="${view.name ?? ""}"${view.name ? "" : html` autofocus`}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password"${view.name ? html` autofocus` : ""}>
<button>Sign in</button>
</form>
<details><summary>First time here, or no password any more?</summary>
<p class="soft">The first operator is called <code>operator</code>; the gateway said at its first start in which file the password lies. A password that is lost is replaced on the gateway’s machine: <code>kunji-gateway operator-password &lt;name&gt;</code>. Others are added by an operator, under Settings.</p></details>
</section>`,
});

/** The code of the authenticator app. */
export const signInCodePage = (view: SignInView): Page => ({
  title: "Your code · Kunji",
  body: html`<section class="sign-in">
${head("Your code")}
${told(view)}
<p>Open your authenticator app and type the six digits that it shows for Kunji.</p>
<form method="post" action="/sign-in/code">
${nextField(view)}
<label for="code">Code</label>
<input id="code" name="code" type="text" required inputmode="numeric" autocomplete="one-time-code" maxlength="12" autofocus>
<button>Go on</button>
</form>
<p class="soft"><a href="/sign-in?again=1">Sign in as somebody else</a></p>
</section>`,
});

/** Whose password a form is about, for password managers. */
export const whoseField = (name: string): Html =>
  html`<input type="text" name="username" value="${name}" autocomplete="username" hidden>`;

/** The fields of a new password, typed twice. */
export const newPasswordFields: Html = html`
<label for="next-password">New password</label>
<input id="next-password" name="next_password" type="password" required autocomplete="new-password" minlength="${passwordLengths[0]}" maxlength="${passwordLengths[1]}" aria-describedby="password-rule">
<p class="soft" id="password-rule">At least ${passwordLengths[0]} characters: a few words will do.</p>
<label for="again-password">The same once more</label>
<input id="again-password" name="again_password" type="password" required autocomplete="new-password">`;

/** A password of one's own, in place of a one-time password. */
export const choosePasswordPage = (view: SignInView & { readonly name: string }): Page => ({
  title: "Choose your password · Kunji",
  body: html`<section class="sign-in">
${head("Choose your password")}
${told(view)}
<p>Yours was for one time. From now on you sign in with a password that only you know.</p>
<form method="post" action="/sign-in/password">
${nextField(view)}
${whoseField(view.name)}
${newPasswordFields}
<button>Keep it and go on</button>
</form>
</section>`,
});
