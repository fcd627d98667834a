import type { Code as BrokerCode } from "kunji";
import type { ProblemCode } from "../../domain/problem.js";

/** A failure in words for the person before the browser: what happened, and what to do next. `{broker}` stands for its name. */
interface Failure {
  readonly heading: string;
  readonly next: string;
  /** Whether trying again from here makes sense. */
  readonly again: boolean;
}

const again = (heading: string, next: string): Failure => ({ heading, next, again: true });
const over = (heading: string, next: string): Failure => ({ heading, next, again: false });

const askMakers = "Go back and tell the makers of the app: only they can mend it.";
const mended = over("The app’s registration can’t be used", askMakers);
const keys = over("{broker} does not accept the app’s own keys", askMakers);
const crossed = again(
  "The login came back otherwise than it went out",
  "Begin again, in one tab of this browser alone.",
);
const spoilt = again(
  "{broker} did not confirm the login",
  "Log in once more. If that fails too, tell the makers of the app.",
);
const away = again(
  "{broker} can’t be reached",
  "It has a fault or is closed for maintenance. Wait a few minutes, then try again.",
);
const slow = again("{broker} does not answer", "It is slow just now. Wait a few minutes, then try again.");
const odd = again(
  "{broker} answered with something unexpected",
  "It may be closed for maintenance: try again in a few minutes. If it stays so, tell the makers of the app.",
);
const faulty = again("We can’t go on just now", "Wait a minute, then try again.");
const typedWrong = again("What was typed can’t be sent", "Type it again, without blanks or line ends.");

/** Every code that a browser can meet on its way to a broker and back. */
const failures = {
  // The brokers' codes.
  input_invalid: typedWrong,
  path_refused: mended,
  aborted: faulty,
  attempt_expired: again("The login took longer than ten minutes", "Begin again, and finish it in one go."),
  attempt_used: crossed,
  attempt_mismatch: crossed,
  callback_invalid: crossed,
  state_mismatch: crossed,
  login_denied: again(
    "You were not logged in",
    "You turned back at {broker}, or {broker} did not let you in. Try again and agree there, or go back to the app.",
  ),
  credentials_refused: again(
    "{broker} does not accept this user name or password",
    "Type them again. After several wrong ones {broker} may lock the account.",
  ),
  second_factor_refused: again("{broker} does not accept this code", "Take the newest one and try again."),
  exchange_refused: spoilt,
  not_logged_in: spoilt,
  decryption_failed: keys,
  session_unreadable: spoilt,
  session_unconfirmed: spoilt,
  login_needed: spoilt,
  refresh_refused: spoilt,
  vendor_renewed: again("{broker} wants the app to begin once more", "Try again now: it goes on from there."),
  keys_refused: keys,
  key_expired: keys,
  key_missing: keys,
  logout_refused: odd,
  broker_unavailable: away,
  network_failed: away,
  timed_out: slow,
  redirect_refused: odd,
  answer_unreadable: odd,
  answer_too_large: odd,
  rate_limited: again("Too many tries", "Wait a minute, then try again."),
  account_mismatch: again(
    "This is another account",
    "Log in at {broker} with the account that the app knows. If {broker} let you straight through, log out there first.",
  ),
  // The gateway's own.
  account_declined: again(
    "Nothing was connected",
    "You said that the account is not yours. Log out at {broker}, then log in with your own.",
  ),
  link_invalid: over(
    "This link no longer works",
    "It is too old, or it has done its work already. Go back to the app and ask for a new one.",
  ),
  connection_closed: over("This connection is closed", "Go back to the app and make a new one."),
  login_unknown: over(
    "This browser has no such login open",
    "It was finished already, took longer than ten minutes, was begun in another browser, or this one keeps no cookies. Go back to the app and begin again, in this same browser.",
  ),
  login_superseded: over("A later login has taken this one’s place", "There is nothing more to do here."),
  login_cancelled: over("You turned back", "Nothing was connected."),
  cookies_blocked: again(
    "This browser keeps no cookies",
    "A login needs one, for ten minutes. Allow cookies for this site, then try again.",
  ),
  return_url_unregistered: over(
    "The app can’t take you back",
    "Tell the makers of the app: only they can mend it.",
  ),
  app_unusable: mended,
  egress_unreachable: mended,
  broker_refused: odd,
  broker_timed_out: slow,
  origin_refused: over(
    "This form came from another site",
    "Open the app’s link again and use the button on its page.",
  ),
  request_invalid: again("The form can’t be read", "Go back, fill in each field, and send it again."),
  body_too_large: again("The form is too large", "Go back, shorten what you typed, and send it again."),
  request_timed_out: again("The form came too slowly", "Look at your network, then send it again."),
  not_found: over("There is nothing here", "Go back to the app and begin again."),
  method_not_allowed: over("There is nothing here", "Go back to the app and begin again."),
  host_unknown: over("This is not the gateway’s address", "Go back to the app and begin again."),
  busy: again("Somebody is at work on this connection", "Wait a few seconds, then try again."),
  unavailable: faulty,
  internal: again(
    "Something went wrong here",
    "Try again in a few minutes. If it stays so, tell the makers of the app, with the request’s number.",
  ),
} as const satisfies Readonly<Record<BrokerCode, Failure>> & Partial<Record<ProblemCode, Failure>>;

/** Every code that has a sentence of its own. */
export const failureCodes = Object.keys(failures) as readonly (keyof typeof failures)[];

/** What a person is told of a code; a code that isn't known is told as a fault of ours. */
export function failureOf(code: string, broker = "The broker"): Failure {
  const known: Failure = Object.hasOwn(failures, code)
    ? failures[code as keyof typeof failures]
    : failures.internal;
  const named = (text: string) => text.replaceAll("{broker}", broker);
  return { ...known, heading: named(known.heading), next: named(known.next) };
}
