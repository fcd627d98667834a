import { html } from "hono/html";
import type { Traits } from "kunji";
import { brokerMark } from "../broker-mark.js";
import { failureOf } from "../failures.js";
import type { Html } from "../layout.js";
import type { DashboardPage } from "./frame.js";

/** Whose login it was. */
export interface OwnLoginView {
  /** Its id. */
  readonly connection: string;
  /** The app's id. */
  readonly app: string;
  readonly traits: Pick<Traits, "id" | "name">;
  /** The account that it must be, where it must. */
  readonly account: string | null;
}

type Words = readonly [heading: string, next: string, at?: "app" | undefined];

const keys: Words = [
  "{broker} does not accept the app’s keys",
  "The app’s page has a check that says what is wrong.",
  "app",
];

/** What an operator is told otherwise than the user of an app, who can only turn to its makers. */
const words: Readonly<Record<string, Words>> = {
  code_refused: [
    "This login is over",
    "It was finished already, or waited longer than ten minutes. If the connection isn’t active, log in again.",
  ],
  connection_closed: [
    "This connection is closed",
    "It stays closed: connect the account anew on the overview.",
  ],
  login_superseded: ["A later login has taken this one’s place", "There is nothing more to do."],
  login_cancelled: ["You turned back", "Nothing was connected. Log in whenever you want to go on."],
  login_denied: [
    "You were not logged in",
    "You turned back at {broker}, or {broker} did not let you in. Log in again and agree there.",
  ],
  account_declined: [
    "Nothing was connected",
    "You said that the account is not yours. Log out at {broker}, then log in with your own.",
  ],
  login_needed: ["The session had ended already", "It took too long until it was confirmed: log in again."],
  app_unusable: ["The app can’t be used as it is", "Its page has a check that says what is wrong.", "app"],
  egress_unreachable: ["The app’s proxy does not lead to {broker}", "Correct it on the app’s page.", "app"],
  exchange_refused: [
    "{broker} refused to complete the login",
    "Probably a key or secret of the app is wrong. Compare them with those that {broker} gave you, on the app’s page.",
    "app",
  ],
  keys_refused: keys,
  key_expired: [
    "The app’s key has expired at {broker}",
    "Get a new one there and write it on the app’s page.",
    "app",
  ],
  key_missing: keys,
  decryption_failed: keys,
};

function wordsOf(code: string, broker: string, account: string | null): Words {
  const named = (text: string) => text.replaceAll("{broker}", broker);
  if (code === "account_mismatch" && account !== null)
    return [
      "This is another account",
      named(
        `This connection is for ${account}. Log in with that one; if {broker} let you straight through, log out there first. To connect the other account in its place, end this connection before.`,
      ),
    ];
  const own = Object.hasOwn(words, code) ? words[code] : undefined;
  if (own) return [named(own[0]), named(own[1]), own[2]];
  const { heading, next } = failureOf(code, broker);
  return [
    heading,
    /\bapp\b/.test(next)
      ? "Log in again. If it fails again, the app’s page has a check that says more."
      : next,
  ];
}

const whose = ({ traits, account }: OwnLoginView): Html =>
  html`<div class="pair">${brokerMark(traits.id)}<div><strong>${traits.name}</strong>${account === null ? "" : html`<br><span class="soft">${account}</span>`}</div></div>`;

/** An operator's login came to nothing. `code` is an error's. */
export function notConnectedPage(view: OwnLoginView, code: string): DashboardPage {
  const { connection, app, traits } = view;
  const [heading, next, at] = wordsOf(code, traits.name, view.account);
  const over = code === "connection_closed" || code === "login_superseded";
  return {
    title: heading,
    section: "connections",
    body: html`<header class="head"><h1>${heading}</h1></header>
<section class="narrow-section">
${whose(view)}
<p class="said bad" role="alert">${next}</p>
<div class="row">
${at === "app" ? html`<a class="button" href="/apps/${app}">Look at the app</a>` : ""}
${over ? html`<a class="button" href="/">Overview</a>` : html`<form method="post" action="/connections/${connection}/log-in"><button${at === "app" ? html` class="plain"` : ""}>Log in again</button></form>`}
<a class="button plain" href="/connections/${connection}">The connection</a>
</div>
<p class="soft">Error <code>${code}</code></p>
</section>`,
  };
}

/** Asks whose account it is where another browser than this one has logged in. */
export const whoseAccountPage = (
  view: OwnLoginView & { readonly account: string },
  code: string,
): DashboardPage => ({
  title: "Is this your account?",
  section: "connections",
  body: html`<header class="head"><h1>Is this your account?</h1></header>
<section class="narrow-section">
${whose(view)}
<p>Another browser than this one has logged in at ${view.traits.name} as <strong>${view.account}</strong>, for your connection. Go on only if that was you and the account is yours.</p>
<div class="row">
<form method="post" action="/connected"><input type="hidden" name="connection" value="${view.connection}"><input type="hidden" name="code" value="${code}"><button>Yes, connect it</button></form>
<a class="button plain" href="/">No, leave it</a>
</div>
</section>`,
});
