import { type Code, KunjiError } from "kunji";
import { MarketDaysError } from "../domain/market-days-error.js";
import { Problem, type ProblemCode } from "../domain/problem.js";
import { VaultError } from "../domain/vault-error.js";
import { StoreProblem } from "../ports/store-problem.js";
import { requestProblem } from "./request-problem.js";

/** What a broker's error means to a caller of the API. */
const problemOfBrokers = {
  input_invalid: "request_invalid",
  path_refused: "path_refused",
  aborted: "broker_unavailable",
  attempt_expired: "login_unknown",
  attempt_used: "login_unknown",
  attempt_mismatch: "login_unknown",
  callback_invalid: "login_unknown",
  state_mismatch: "login_unknown",
  login_denied: "broker_refused",
  credentials_refused: "broker_refused",
  second_factor_refused: "broker_refused",
  exchange_refused: "broker_refused",
  not_logged_in: "login_needed",
  decryption_failed: "app_unusable",
  session_unreadable: "login_needed",
  session_unconfirmed: "login_needed",
  account_mismatch: "account_mismatch",
  login_needed: "login_needed",
  refresh_refused: "login_needed",
  vendor_renewed: "busy",
  keys_refused: "app_unusable",
  key_expired: "app_unusable",
  key_missing: "app_unusable",
  logout_refused: "broker_refused",
  rate_limited: "broker_unavailable",
  broker_unavailable: "broker_unavailable",
  network_failed: "broker_unavailable",
  timed_out: "broker_timed_out",
  redirect_refused: "broker_refused",
  answer_unreadable: "broker_refused",
  answer_too_large: "answer_too_large",
} as const satisfies Record<Code, ProblemCode>;

function brokersProblem({ code, broker, field, detail, retryAfterS }: KunjiError): Problem {
  return new Problem(problemOfBrokers[code], { broker, field, brokerDetail: detail, retryAfterS });
}

/** The database itself is broken or full, though it answers. */
const brokenDatabase = /^(?:SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)|25006|5[38]...|XX...)/;

function storesProblem({ later, databaseCode }: StoreProblem): Problem {
  const away = later || (databaseCode !== null && brokenDatabase.test(databaseCode));
  if (!away) return new Problem("internal");
  return new Problem("unavailable", {
    detail: "The gateway can't use its database: try again soon.",
    retryAfterS: 1,
  });
}

function vaultsProblem({ code, message }: VaultError): Problem {
  if (code === "text_unsealable") return new Problem("request_invalid", { detail: message });
  if (code === "seal_limit_reached") return new Problem("unavailable", { detail: message });
  if (code === "key_absent") return new Problem("unavailable", { detail: message, retryAfterS: 1 });
  return new Problem("internal");
}

/** What is answered for anything that was thrown: never with the words of an error that isn't our own. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof KunjiError) return brokersProblem(error);
  if (error instanceof StoreProblem) return storesProblem(error);
  if (error instanceof VaultError) return vaultsProblem(error);
  if (error instanceof MarketDaysError) return new Problem("request_invalid", { field: "at" });
  return requestProblem(error) ?? new Problem("internal");
}
