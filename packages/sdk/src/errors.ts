import type { BrokerId } from "./broker.js";

/**
 * What the caller can do about an error. `log_in`: ask the user to log in (again). `fix_keys`: correct the app's
 * registration. `fix_input`: correct the call. `retry_later`: try again after a while. `report`: the broker did
 * something that its pages don't describe. `none`: nothing to do.
 */
export type Action = "log_in" | "fix_keys" | "fix_input" | "retry_later" | "report" | "none";

/** What became of the request: nothing was sent; the broker refused it; or it can't be known whether it took effect. */
export type Fate = "not_sent" | "refused" | "unknown";

/** Every code, what to do about it, what became of the request, and its sentence. `docs/errors.md` explains each. */
export const codes = {
  input_invalid: ["fix_input", "not_sent", "A setting or an argument can't be used."],
  path_refused: ["fix_input", "not_sent", "The path leaves the broker's API."],
  aborted: ["none", "unknown", "The caller cancelled the call."],
  attempt_expired: ["log_in", "not_sent", "The login took longer than ten minutes."],
  attempt_used: ["log_in", "not_sent", "This login has been finished before."],
  attempt_mismatch: ["log_in", "not_sent", "The callback belongs to another broker or app."],
  callback_invalid: ["log_in", "not_sent", "The callback is malformed."],
  state_mismatch: ["log_in", "not_sent", "The callback does not answer this login."],
  login_denied: ["log_in", "refused", "The user or the broker declined the login."],
  credentials_refused: ["log_in", "refused", "The broker does not accept the user name or the password."],
  second_factor_refused: ["log_in", "refused", "The broker does not accept the second factor."],
  exchange_refused: [
    "log_in",
    "refused",
    "The broker does not accept the code, or the checksum made with it.",
  ],
  not_logged_in: ["log_in", "refused", "The broker says that the user has not logged in."],
  decryption_failed: [
    "fix_keys",
    "not_sent",
    "The broker's token can't be opened with this security key and IV.",
  ],
  session_unreadable: ["log_in", "not_sent", "The stored text is no session or attempt of this version."],
  session_unconfirmed: [
    "log_in",
    "not_sent",
    "The session's account has not been confirmed: call prove() first.",
  ],
  account_mismatch: ["log_in", "refused", "The broker names another account than the login did."],
  login_needed: ["log_in", "refused", "The session has ended: the user must log in again."],
  refresh_refused: [
    "log_in",
    "refused",
    "The broker does not renew this session: the user must log in again.",
  ],
  vendor_renewed: [
    "retry_later",
    "refused",
    "The vendor session had ended and was renewed: send the call again.",
  ],
  keys_refused: ["fix_keys", "refused", "The broker does not accept the app's keys."],
  key_expired: ["fix_keys", "refused", "The app's key has expired at the broker."],
  key_missing: ["fix_keys", "refused", "The broker has no key for this app."],
  logout_refused: ["report", "refused", "The broker did not log out."],
  rate_limited: ["retry_later", "refused", "The broker asks for fewer calls."],
  broker_unavailable: ["retry_later", "unknown", "The broker has a fault of its own."],
  network_failed: ["retry_later", "unknown", "No answer came from the broker."],
  timed_out: ["retry_later", "unknown", "The broker did not answer in time."],
  redirect_refused: ["report", "unknown", "The broker answered with a redirect, which is never followed."],
  answer_unreadable: ["report", "unknown", "The broker's answer is not what its pages describe."],
  answer_too_large: ["report", "unknown", "The broker's answer is larger than 1 MiB."],
} as const satisfies Record<string, readonly [Action, Fate, string]>;

/** An error's code: stable. `docs/errors.md` has a section for each. */
export type Code = keyof typeof codes;

/** What is known of an error besides its code. */
export interface ErrorFacts {
  readonly broker?: BrokerId | undefined;
  /** The setting, argument or field that is at fault: a name, never a value. */
  readonly field?: string | undefined;
  /** The broker's own words, at most 200 characters, with everything secret that was sent cut out. */
  readonly detail?: string | undefined;
  /** HTTP status of the broker's answer. */
  readonly status?: number | undefined;
  /** Seconds after which the broker wants to be asked again. */
  readonly retryAfterS?: number | undefined;
}

/** The one error of this library. Its message never holds a secret, a body, a URL or a header's value. */
export class KunjiError extends Error {
  override readonly name = "KunjiError";
  readonly code: Code;
  readonly action: Action;
  readonly fate: Fate;
  readonly broker: BrokerId | undefined;
  readonly field: string | undefined;
  readonly detail: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: Code, facts: ErrorFacts = {}) {
    const [action, fate, sentence] = codes[code];
    super(`${facts.broker ? `${facts.broker}: ` : ""}${sentence}${facts.field ? ` (${facts.field})` : ""}`);
    this.code = code;
    this.action = action;
    this.fate = fate;
    this.broker = facts.broker;
    this.field = facts.field;
    this.detail = facts.detail;
    this.status = facts.status;
    this.retryAfterS = facts.retryAfterS;
  }
}
