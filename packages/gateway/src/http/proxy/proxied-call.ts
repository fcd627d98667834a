import type { IncomingMessage, ServerResponse } from "node:http";
import type { BrokerCall } from "../../flows/proxy-call.js";
import type { CurrentSession } from "./current-session.js";

/** A call as it came, and what it was read as. */
export interface ProxiedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly call: BrokerCall;
  /** On the clock that only goes forward, in ms. */
  readonly startedAt: number;
  readonly current: CurrentSession;
}
