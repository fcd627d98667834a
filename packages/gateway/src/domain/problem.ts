import type { BrokerId } from "kunji";

/** Every problem that the gateway answers with: its HTTP status and what to do. `docs/errors.md` explains each. */
export const problems = {
  request_invalid: [400, "The request can't be read as it is: correct the field that is named."],
  key_missing: [401, "Send an API key as `Authorization: Bearer <key>`."],
  key_refused: [401, "The API key is not known here, or has ended: use a current one."],
  sign_in_needed: [401, "Nobody has signed in with this browser: sign in at the dashboard."],
  scope_missing: [403, "The API key may not do this: use one with the scope that is named."],
  call_refused: [403, "The API key may not forward calls of this kind: use one that may."],
  credential_call_refused: [
    403,
    "Logins, tokens and logouts of a broker are never forwarded: use the gateway's own calls.",
  ],
  origin_refused: [403, "A page of another site sent this form: open the gateway's own page."],
  not_found: [404, "There is nothing under this address, or it belongs to somebody else."],
  method_not_allowed: [405, "The address takes other methods."],
  id_taken: [409, "The id is taken: choose another one."],
  broker_fixed: [409, "The app stands for another broker: choose another id."],
  app_unusable: [409, "The app's keys or environment can't be used: write the app again."],
  connection_closed: [409, "The connection is closed for good: make a new one."],
  login_needed: [409, "There is no live session: the user must log in again."],
  connection_unsure: [
    409,
    "It is not known whether the session lives; this is being found out: try again soon.",
  ],
  session_too_short: [409, "The session ends sooner than that: the user must log in again."],
  code_refused: [409, "The code is unknown, used or too old: the user must log in again."],
  user_mismatch: [403, "Another user began this login: it was discarded. Let this user log in."],
  account_mismatch: [409, "The user logged in to another account than this connection's."],
  account_declined: [409, "The user said that this is not their account."],
  login_superseded: [409, "A later login has taken this one's place."],
  vendor_session_absent: [409, "The app has no vendor session to log out."],
  rotation_running: [409, "A rotation to another key runs: wait until it has ended."],
  key_file_unusable: [409, "The key file can't be used or changed: mend what `detail` names."],
  webhook_ended: [409, "The webhook has ended: make a new one."],
  webhook_paused: [409, "The webhook is paused: mend its receiver and resume it first."],
  webhooks_too_many: [409, "The tenant has as many webhooks as it may have: end one first."],
  request_timed_out: [408, "The request's body did not arrive in time: send it faster, or again."],
  body_too_large: [413, "The request is larger than the gateway takes."],
  host_unknown: [421, "The gateway is not reached under this host name: use its public address."],
  idempotency_key_reused: [422, "This idempotency key stands for another request: use a new one."],
  idempotency_in_progress: [
    409,
    "The first request with this idempotency key is still at work: try again soon.",
  ],
  idempotency_answer_not_kept: [
    409,
    "The first request with this idempotency key has taken effect, and its answer showed a secret once: make another.",
  ],
  rate_limited: [429, "Too many requests: wait as long as `Retry-After` says."],
  order_budget_spent: [
    429,
    "The connection or its app has sent as many orders as it may for now: nothing was sent or queued. Wait as long as `Retry-After` says.",
  ],
  egress_unreachable: [
    422,
    "The proxy does not lead to the broker: check its address, user and password, and that it allows CONNECT to the broker's host.",
  ],
  path_refused: [400, "The path leaves the broker's API: name a path below it."],
  link_invalid: [400, "The link can't be used any more: ask the app for a new one."],
  login_unknown: [400, "This browser has no such login open: begin again from the app."],
  login_cancelled: [409, "The user turned back before logging in."],
  cookies_blocked: [400, "The browser keeps no cookies: allow them for this site, then open the link again."],
  return_url_unregistered: [400, "The return URL is not among the app's: register it to the letter."],
  broker_refused: [502, "The broker refused: its own words are in `broker_detail`."],
  broker_unavailable: [502, "The broker can't be reached or has a fault: try again later."],
  broker_busy: [
    503,
    "The order could not leave at once, and orders aren't queued: send it again as `Retry-After` says.",
  ],
  broker_timed_out: [504, "The broker did not answer in time."],
  answer_too_large: [502, "The broker's answer is larger than the gateway passes on."],
  answer_withheld: [502, "The broker's answer repeated a credential and was withheld."],
  busy: [503, "Another gateway is at work on this connection: try again soon."],
  unavailable: [503, "The gateway can't use its database or its keys: try again soon."],
  internal: [500, "The gateway has a fault of its own. Report it with the request id."],
} as const satisfies Record<string, readonly [number, string]>;

/** A problem's code: stable. */
export type ProblemCode = keyof typeof problems;

/** What is known of a problem besides its code. None of it is secret. */
export interface ProblemFacts {
  readonly broker?: BrokerId | undefined;
  /** The field of the request, or what is missing: a name, never a value. */
  readonly field?: string | undefined;
  /** The broker's own words, from `KunjiError.detail`. */
  readonly brokerDetail?: string | undefined;
  /** Seconds after which to try again. */
  readonly retryAfterS?: number | undefined;
  /** A more telling sentence than the code's. */
  readonly detail?: string | undefined;
}

/** What a flow throws where it can't do what was asked. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, facts: ProblemFacts = {}) {
    const [status, sentence] = problems[code];
    super(facts.detail ?? sentence);
    this.code = code;
    this.status = status;
    this.facts = facts;
  }
}
