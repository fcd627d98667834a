import { html } from "hono/html";
import type { Code as BrokerCode } from "kunji";
import type { ProblemCode } from "../../../domain/problem.js";
import type { EndReason } from "../../../flows/need-login.js";
import type { Status } from "../../../ports/connections.js";
import { failureCodes, failureOf } from "../failures.js";
import type { Html } from "../layout.js";

/** Each status in a word, and whether it is good or asks for somebody. */
const badges: Readonly<Record<Status, readonly [word: string, tone: "good" | "bad" | ""]>> = {
  active: ["Active", "good"],
  login_needed: ["Login needed", "bad"],
  unsure: ["Unsure", "bad"],
  pending: ["Pending", ""],
  new: ["New", ""],
  closed: ["Closed", ""],
};

/** A status in its word. */
export const statusWord = (status: Status): string => badges[status][0];

/**
 * Where a connection stands, by word, colour and a shape of its own, which the stylesheet draws. An active one with a reason is
 * shown as one to look at.
 */
export function statusBadge(status: Status, reason?: string | null): Html {
  const [word, tone] = badges[status];
  const watched = status === "active" && reason != null;
  return html`<span class="status is-${status}${watched || tone === "" ? "" : ` ${tone}`}">${watched ? `${word}, not renewed` : word}</span>`;
}

/** What has happened, and what to do about it; `{broker}` stands for its name. */
type Words = readonly [happened: string, next: string];

/** Whatever a connection's reason can be: the gateway's own words, its problems and the brokers' errors. */
type ReasonCode =
  | EndReason
  | ProblemCode
  | BrokerCode
  | "vendor_logged_out"
  | "environment_changed"
  | "confirmation_expired";

const logIn = "Log in again.";
const asks = "There is nothing to do: the gateway asks {broker} again by itself.";
const keys = "Look at the app’s page: its check says what is wrong.";

/** Every reason that the gateway gives of its own accord; what brokers' answers come to has its words besides. */
const reasons = {
  session_over: ["The session has come to its end.", logIn],
  broker_ended: ["{broker} ended the session before its time, as a login elsewhere does.", logIn],
  refresh_refused: [
    "{broker} no longer renews this session.",
    "Log in again, at the latest when the session ends.",
  ],
  account_mismatch: [
    "The login was for another account than this connection’s.",
    "Log in again, with the right account.",
  ],
  outcome_unknown: ["Nobody can say whether the last renewal went through.", logIn],
  vendor_logged_out: ["The app’s vendor session was logged out, and every session with it.", logIn],
  environment_changed: [
    "The app was moved to another environment, where its old sessions open nothing.",
    logIn,
  ],
  confirmation_expired: [
    "The login was finished at {broker}, but the app’s server did not confirm it within ten minutes.",
    "Log in again; if it happens again, look at the server that calls confirm.",
  ],
  user_mismatch: [
    "The app’s server confirmed the login for another user, so the session was discarded: somebody else’s browser may have finished it.",
    "Send the link to the right user alone.",
  ],
  login_needed: ["The session had ended before it could be used.", logIn],
  login_denied: ["The login was broken off at {broker}, or {broker} did not let them in.", logIn],
  login_superseded: ["A later login has taken this one’s place.", "There is nothing to do."],
  app_unusable: ["The app’s keys can’t be read or are refused.", keys],
  keys_refused: ["{broker} does not accept the app’s keys.", keys],
  key_expired: [
    "The app’s key has expired at {broker}.",
    "Get a new one there and write it on the app’s page.",
  ],
  key_missing: ["{broker} has no key for this app.", keys],
  decryption_failed: ["{broker}’s token can’t be opened with the app’s keys.", keys],
  broker_unavailable: ["{broker} has a fault of its own or is closed for maintenance.", asks],
  network_failed: ["No answer came from {broker}.", asks],
  timed_out: ["{broker} did not answer in time.", asks],
  rate_limited: ["{broker} asks for fewer calls.", asks],
  busy: ["Another request is at work on this session.", asks],
  vendor_renewed: ["The app’s vendor session had ended and was renewed.", asks],
  redirect_refused: ["{broker} answered with something unexpected.", asks],
  answer_unreadable: ["{broker} answered with something unexpected.", asks],
  answer_too_large: ["{broker} answered with something unexpected.", asks],
  aborted: ["The call to {broker} was cut off.", asks],
} as const satisfies Readonly<Record<EndReason, Words>> & Partial<Record<ReasonCode, Words>>;

/** Every reason with a sentence of its own. */
export const reasonCodes: readonly string[] = Object.keys(reasons);

/** What makes a sentence more exact; each may be left out. */
export interface ReasonFacts {
  readonly status?: Status | undefined;
  /** Its name, as `traits.name`. */
  readonly broker?: string | undefined;
}

const known = (code: string): Words => {
  if (Object.hasOwn(reasons, code)) return reasons[code as keyof typeof reasons];
  return failureCodes.some((each) => each === code)
    ? [`${failureOf(code, "{broker}").heading}.`, logIn]
    : ["Something has happened that this page has no words for.", "Its history says more."];
};

const named = (text: string, broker = "the broker"): string =>
  text.replaceAll("{broker}", broker).replace(/(?:^|(?<=\. ))\p{Ll}/gu, (letter) => letter.toUpperCase());

/**
 * Why a connection stands where it does, and what to do, for every reason that it can have. Empty without a reason; a code that
 * isn't known gets a sentence too.
 */
export function reasonSentence(
  reason: string | null | undefined,
  { status, broker }: ReasonFacts = {},
): string {
  if (!reason) return "";
  const [happened, next] = known(reason);
  // While nobody knows whether the session lives, the gateway finds it out by itself.
  const unsure = status === "unsure" && next === logIn;
  return named(`${happened} ${unsure ? asks : next}`, broker);
}

/** What a status without a reason asks for. */
const bare: Readonly<Record<Status, string>> = {
  new: "Nobody has logged in yet: log in, or send its user the link.",
  pending: "Somebody has logged in. The app’s server has ten minutes to confirm whose it is.",
  active: "",
  login_needed: logIn,
  unsure: `Nobody can say just now whether the session lives. ${asks}`,
  closed: "Closed for good, and its session erased. Make a new connection to go on.",
};

/** Where a connection stands and what to do next; empty where nothing is to be done or said. */
export function statusSentence(status: Status, reason: string | null, broker?: string): string {
  if (status !== "closed" && reason) return reasonSentence(reason, { status, broker });
  return named(bare[status], broker);
}
