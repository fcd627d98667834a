import type { BrokerId } from "../broker.js";
import type { ProblemInfo } from "./types.js";

/** The client's own codes, where no problem of the gateway's came. All others are the gateway's: `docs/errors.md`. */
export const clientCodes = {
  input_invalid: "A setting or an argument can't be used.",
  aborted: "The caller cancelled the call. It may have taken effect.",
  network_failed: "No answer came from the gateway. The call may have taken effect.",
  timed_out: "The gateway did not answer in time. The call may have taken effect.",
  redirect_refused: "The gateway's address answered with a redirect, which is never followed: check `url`.",
  answer_unreadable: "What answered is not the gateway, or stands in front of it: check `url`.",
  answer_too_large: "The answer is larger than 10 MiB.",
} as const;

export type ClientCode = keyof typeof clientCodes;

/** What is known of an error besides its code and what to do. None of it is secret. */
export interface GatewayErrorFacts {
  /** HTTP status; absent where no answer came. */
  readonly status?: number | undefined;
  /** By which the gateway's logs know the call. */
  readonly requestId?: string | undefined;
  /** Seconds after which to try again. */
  readonly retryAfterS?: number | undefined;
  /** The setting, argument or field that is at fault: a name, never a value. */
  readonly field?: string | undefined;
  readonly broker?: BrokerId | undefined;
  /** The broker's own words. */
  readonly brokerDetail?: string | undefined;
}

/**
 * What every call of the client throws. `code` is stable. The message is the gateway's sentence or one of ours, never a
 * runtime's: those repeat addresses and headers.
 */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ClientCode | ProblemInfo["code"];
  /** What to do, in a sentence. */
  readonly detail: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterS: number | undefined;
  readonly field: string | undefined;
  readonly broker: BrokerId | undefined;
  readonly brokerDetail: string | undefined;

  constructor(code: ClientCode | ProblemInfo["code"], detail: string, facts: GatewayErrorFacts = {}) {
    super(`${code}: ${detail}${facts.field ? ` (${facts.field})` : ""}`);
    this.code = code;
    this.detail = detail;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryAfterS = facts.retryAfterS;
    this.field = facts.field;
    this.broker = facts.broker;
    this.brokerDetail = facts.brokerDetail;
  }
}

/** An error of the client's own. */
export const ownError = (code: ClientCode, facts?: GatewayErrorFacts): GatewayError =>
  new GatewayError(code, clientCodes[code], facts);
