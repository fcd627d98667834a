import { html } from "hono/html";
import type { Traits } from "kunji";
import type { Finding, FindingCode } from "../../../flows/app-findings.js";
import type { Html } from "../layout.js";
import { loginFailure } from "./login-words.js";
import { marketMoment, marketZones } from "./market-moment.js";
import { registrations } from "./registration.js";

type Said = Html | string;

/** What a finding's words are made of. */
interface Facts {
  readonly broker: Pick<Traits, "id" | "name" | "country" | "keys" | "settings">;
  readonly about: string;
  readonly at: number;
}

/** When it was, on the clock of the broker's market. */
const when = ({ broker, at }: Facts): Html => marketMoment(at, marketZones[broker.country]);

/** A key or a setting by the name that people read. */
const labelled = ({ broker: { keys, settings = {} }, about }: Facts): string =>
  keys[about]?.label ?? settings[about]?.label ?? about;

const registerAddress = ({ broker: { id, name } }: Facts): string =>
  registrations[id].address ?? `${name} says nothing of addresses that it ties an app to.`;

/** Short of what it is, what was found, and what to do. */
const words: Readonly<
  Record<FindingCode, readonly [what: string, says: (facts: Facts) => Said, next?: (facts: Facts) => Said]>
> = {
  keys_fit: [
    "Keys",
    ({ broker }) =>
      `They open, and fit the form that ${broker.name} gives them. Whether ${broker.name} takes them is unknown until somebody has logged in with them.`,
    () => "Connect an account of your own to try them.",
  ],
  keys_proven: ["Keys", (facts) => html`${facts.broker.name} takes them: a login succeeded ${when(facts)}.`],
  keys_doubtful: [
    "Keys",
    (facts) =>
      html`They have the right form, but ${facts.broker.name} refused a login with them ${when(facts)}.`,
    ({ broker }) =>
      html`Probably one of them is wrong: compare them with those that ${broker.name} gave you, and <a href="#keys">write them again</a>.`,
  ],
  keys_unreadable: [
    "Keys",
    () => "What is on file can’t be opened with the gateway’s keys.",
    () => "Write the app’s keys again, or put the old key back into the key file.",
  ],
  keys_unfit: [
    "Keys",
    (facts) => html`“${labelled(facts)}” does not fit what ${facts.broker.name} hands out.`,
    ({ broker }) => `Copy it from ${broker.name} once more and write it again.`,
  ],
  environment_gone: [
    "Environment",
    () => "The gateway has no such environment any more.",
    () => "Choose another one, or have it put back into KUNJI_ENVIRONMENTS.",
  ],
  callback_none: [
    "Callback URL",
    ({ broker }) => `${broker.name} sends no browser back: there is nothing to register.`,
  ],
  callback_fits: ["Callback URL", () => "It has the form that brokers take."],
  callback_not_https: [
    "Callback URL",
    () => "It begins with http://, and the environment is live.",
    () =>
      "Brokers take https addresses, and what comes back by http can be read on the way. Set KUNJI_PUBLIC_URL to the https address of this gateway, then register the callback URL anew.",
  ],
  registration_proven: [
    "Registered there",
    (facts) => html`${facts.broker.name} knows the callback URL: a login came back ${when(facts)}.`,
  ],
  registration_untried: [
    "Registered there",
    ({ broker }) =>
      `Only a login shows whether ${broker.name} knows the callback URL, and none has come back lately.`,
    () => "Compare it to the letter with what is registered there, then connect an account of your own.",
  ],
  returns_fit: ["Return URLs", () => "They are there, and safe to send browsers to."],
  returns_missing: [
    "Return URLs",
    () => "There is none: browsers can’t go back to the app.",
    () => "Add one below.",
  ],
  returns_local: [
    "Return URLs",
    ({ about }) =>
      html`<code>${about}</code> is an address of the user’s own machine, and the environment is live.`,
    () => "Add the https address of the app, and take this one out.",
  ],
  broker_answers: [
    "The way there",
    ({ broker }) => `${broker.name} answers by the way that this app’s calls go.`,
  ],
  broker_silent: [
    "The way there",
    ({ broker, about }) => html`${broker.name} does not answer (<code>${about}</code>).`,
    () =>
      "Look at this machine’s network, firewall and resolver, and whether the broker lets this address in.",
  ],
  broker_not_asked: ["The way there", () => "Not looked at.", () => "Mend what is wrong above first."],
  proxy_unreadable: [
    "The way there",
    () => "The proxy’s password can’t be opened.",
    () => "Write the app’s proxy again.",
  ],
  proxy_refused: [
    "The way there",
    ({ about }) => html`The proxy <code>${about}</code> lies where the gateway may not go.`,
    () => "Give the app a proxy on the public internet, or have KUNJI_EGRESS_TARGETS set to any.",
  ],
  proxy_unreachable: [
    "The way there",
    ({ about }) => html`The proxy <code>${about}</code> gives no tunnel to the broker.`,
    () => "Look whether it runs, takes this user and password, and lets the broker’s host through.",
  ],
  address_seen: [
    "Address",
    ({ broker, about }) =>
      html`${broker.name}, which the sandbox plays, sees calls come from <code>${about}</code>.`,
  ],
  address_of_proxy: [
    "Address",
    ({ broker, about }) =>
      html`Calls leave by <code>${about}</code>, so ${broker.name} sees an address of that proxy’s. No broker tells which.`,
    registerAddress,
  ],
  address_untold: [
    "Address",
    ({ broker }) => `${broker.name} does not tell which address it sees calls come from.`,
    registerAddress,
  ],
  vendor_lives: ["Vendor session", (facts) => html`It lives until ${when(facts)}, and is renewed by itself.`],
  vendor_logged_out: [
    "Vendor session",
    (facts) => html`It was logged out on purpose ${when(facts)}.`,
    () => "The next login makes another one.",
  ],
  vendor_refused: [
    "Vendor session",
    () => "It could not be made, and without it nobody can log in.",
    ({ about, broker }) => loginFailure(about, broker.name),
  ],
  vendor_untold: [
    "Vendor session",
    () => "It is being made just now, or the broker is slow.",
    () => "Check again in a minute.",
  ],
  logins_succeed: ["Logins", (facts) => html`The last one succeeded, ${when(facts)}.`],
  logins_untried: [
    "Logins",
    () => "Nobody has logged in lately.",
    () => "Connect an account of your own to try it.",
  ],
  logins_before_change: [
    "Logins",
    (facts) =>
      html`The last one ${facts.about ? "failed" : "succeeded"} ${when(facts)}, before the app was changed.`,
    () => "Changed since: connect an account of your own to try it.",
  ],
  login_failed: [
    "Logins",
    (facts) => html`One failed ${when(facts)}.`,
    ({ about, broker }) => loginFailure(about, broker.name),
  ],
};

/** A finding in words. */
export interface SaidFinding {
  readonly what: string;
  readonly says: Said;
  readonly next: Said | undefined;
}

/** What was found, and what to do about it. */
export function sayFinding({ code, about = "", at = 0 }: Finding, broker: Facts["broker"]): SaidFinding {
  const [what, says, next] = words[code];
  const facts = { broker, about, at };
  return { what, says: says(facts), next: next?.(facts) };
}

/** Every finding, with its words. */
export const saidFindings = Object.keys(words) as readonly FindingCode[];

/** What is wrong with an app, in one line of a list: its page says what to do. */
export const troubleSentence = (finding: Finding, broker: Facts["broker"]): Html => {
  const { what, says, next } = sayFinding(finding, broker);
  return html`<strong>${what}:</strong> ${finding.code === "login_failed" ? next : says}`;
};
