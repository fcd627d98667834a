import { html } from "hono/html";
import type { BrokerId, Traits } from "kunji";
import type { Connection } from "../../ports/connections.js";
import { brokerMark } from "./broker-mark.js";
import type { Html, Page } from "./layout.js";
import { type Terms, termsView } from "./terms.js";

/** What a page of the connect link shows. */
export interface ConnectView extends Terms {
  readonly brokerId: BrokerId;
  /** Which of the broker's environments the app is at. */
  readonly environment: string;
  readonly connection: Pick<Connection, "user" | "account" | "expectedAccount">;
  /** Where the form goes: a path. */
  readonly action: string;
  /** Where the browser goes that turns back. */
  readonly back: string;
  /** What went wrong before, and what to do. */
  readonly said?: { readonly heading: string; readonly next: string } | undefined;
}

const heading = ({
  brokerId,
  broker,
  app,
  environment,
}: ConnectView): Html => html`<div class="pair">${brokerMark(brokerId)}${environment === "live" ? "" : html`<span class="chip">${environment}</span>`}</div>
<h1>Connect ${broker} to ${app.name}</h1>`;

const saidView = ({ said }: ConnectView): Html | string =>
  said ? html`<p class="said bad" role="alert"><strong>${said.heading}.</strong> ${said.next}</p>` : "";

const forWhom = ({ connection: { user, account, expectedAccount } }: ConnectView): Html => {
  const only = account ?? expectedAccount;
  return html`<p class="soft">You are connecting for the user “${user}”${only ? html`, with the account <strong>${only}</strong> and no other` : ""}.</p>`;
};

/** The way back, which takes nothing and changes nothing. */
export const backLink = (back: string, name: string): Html =>
  html`<p class="back"><a href="${back}">Back to ${name}</a></p>`;

/** Whether the browser keeps cookies shows where this comes back and the cookie does not. */
const lookedField = html`<input type="hidden" name="looked" value="1">`;

/** The broker has a login page: one button leads there. */
export const buttonPage = (view: ConnectView): Page => ({
  title: `Connect ${view.broker} to ${view.app.name}`,
  look: view.app,
  body: html`<section>
${heading(view)}
${saidView(view)}
<p>You log in at ${view.broker}, on its own page, and come straight back.</p>
${termsView(view)}
<form method="post" action="${view.action}">${lookedField}<button>Go to ${view.broker}</button></form>
${forWhom(view)}
</section>
${backLink(view.back, view.app.name)}`,
});

/** What was refused, and what had been typed that is no secret. */
export interface Refused {
  readonly sentence: string;
  readonly username: string;
}

/** A user of the sandbox's, for whoever tries the demo. */
export interface ReadyUser {
  readonly username: string;
  readonly password: string;
}

const readyView = ({ username, password }: ReadyUser, action: string): Html =>
  html`<form class="ready" method="post" action="${action}">
<p class="soft">This is the sandbox, where no account is real. Its ready user is one click:</p>
${lookedField}<input type="hidden" name="username" value="${username}"><input type="hidden" name="password" value="${password}">
<button class="plain">Log in as ${username}</button>
</form>`;

/** The broker has no login page: the credentials are asked for here. */
export const passwordPage = (view: ConnectView, refused?: Refused, ready?: ReadyUser): Page => ({
  title: `Connect ${view.broker} to ${view.app.name}`,
  look: view.app,
  body: html`<section>
${heading(view)}
${refused ? html`<p class="said bad" role="alert">${refused.sentence}</p>` : saidView(view)}
<form method="post" action="${view.action}">${lookedField}
<label for="username">User name at ${view.broker}</label>
<input id="username" name="username" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" value="${refused?.username ?? ""}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<label for="otp">Code, if ${view.broker} has sent or shown you one</label>
<input id="otp" name="otp" type="text" inputmode="numeric" autocomplete="one-time-code">
<button>Log in</button>
</form>
${ready ? readyView(ready, view.action) : ""}
${forWhom(view)}
${termsView(view)}
</section>
${backLink(view.back, view.app.name)}`,
});

const codeLabels = { verification_code: "Verification code", pin: "PIN" } as const;

/** The broker wants one thing more. */
export const codePage = (view: ConnectView, needs: keyof typeof codeLabels, failed: boolean): Page => ({
  title: `One more step at ${view.broker}`,
  look: view.app,
  body: html`<section>
<div class="pair">${brokerMark(view.brokerId)}</div>
<h1>One more step</h1>
<p>${view.broker} asks for your ${needs === "pin" ? "PIN" : "verification code"}. You have ten minutes.</p>
${failed ? html`<p class="said bad" role="alert">${view.broker} did not accept that: type it again.</p>` : ""}
<form method="post" action="${view.action}">
<label for="otp">${codeLabels[needs]}</label>
<input id="otp" name="otp" type="${needs === "pin" ? "password" : "text"}" required inputmode="numeric" autocomplete="one-time-code">
<button>Go on</button>
</form>
</section>
${backLink(view.back, view.app.name)}`,
});

/** An app that a user can choose. */
export interface Offer {
  readonly app: string;
  readonly traits: Pick<Traits, "id" | "name" | "country" | "login">;
  readonly environment: string;
  /** Whether another offer has the same broker, so that the app's id must tell them apart. */
  readonly ambiguous: boolean;
}

export interface ChoiceView {
  readonly app: Terms["app"];
  readonly user: string;
  readonly offers: readonly Offer[];
  readonly action: string;
  readonly back: string;
}

const countries = { IN: "India", US: "United States" } as const;

const offerView = ({ app, traits, environment, ambiguous }: Offer): Html =>
  html`<li><button class="offer" name="app" value="${app}">${brokerMark(traits.id)}<span><strong>${traits.name}</strong>${environment === "live" ? "" : html` <span class="chip">${environment}</span>`}${ambiguous ? html` <span class="chip">${app}</span>` : ""}<br><span class="soft">${countries[traits.country]} · ${traits.login === "redirect" ? `log in at ${traits.name}` : "user name and password here"}</span></span></button></li>`;

/** The brokers to choose from. */
export const choicePage = ({ app, user, offers, action, back }: ChoiceView): Page => ({
  title: `Choose your broker for ${app.name}`,
  look: app,
  body: html`<section>
<h1>Choose your broker</h1>
<p>${app.name} asks to connect your account. What it can do there comes next, before you log in.</p>
<form method="post" action="${action}">${lookedField}
<ul class="offers">${offers.map(offerView)}</ul>
</form>
<p class="soft">You are connecting for the user “${user}”.</p>
</section>
${backLink(back, app.name)}`,
});
