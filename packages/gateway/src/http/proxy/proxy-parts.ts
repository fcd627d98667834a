import type { ProxyAnswers } from "../../flows/proxy-answers.js";
import type { CallReader } from "../../flows/proxy-call.js";
import type { SessionCache } from "../../flows/session-cache.js";
import type { Ports } from "../../ports/ports.js";
import type { Upstream } from "../../ports/upstream.js";
import type { Deadlines } from "./deadlines.js";

/** What a forwarded call is held to. */
export interface ProxyLimits {
  /** The largest request body, in bytes; 10 MiB by default. */
  readonly requestBytes: number;
  /** The largest answer's body, in bytes; 10 MiB by default. */
  readonly answerBytes: number;
  /** How long a call may take from its first to its last byte, in ms; 30 s by default. */
  readonly callMs: number;
  /** How old the count of an order may get until the order leaves, in ms; 1 s by default, the span that it counts for. */
  readonly orderMs: number;
  /** How long a call may wait for a connection until its session is looked at again, in ms; 100 ms by default. */
  readonly promptMs: number;
  /** Up to this size a request's body is read before it is sent, in bytes; 64 KiB by default. */
  readonly wholeBytes: number;
  /** Up to this size an answer is read before it is passed on, in bytes; 4 KiB by default. */
  readonly peekBytes: number;
}

export const proxyLimits: ProxyLimits = {
  requestBytes: 10 * 1_048_576,
  answerBytes: 10 * 1_048_576,
  callMs: 30_000,
  orderMs: 1_000,
  promptMs: 100,
  wholeBytes: 65_536,
  peekBytes: 4_096,
};

/** What all forwarded calls share. */
export interface ProxyParts {
  readonly signals: Ports["signals"];
  readonly cache: SessionCache;
  readonly upstream: Upstream;
  readonly answers: ProxyAnswers;
  readonly readCall: CallReader;
  readonly limits: ProxyLimits;
  readonly deadlines: Deadlines;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  /** Headers of every answer, names and values in turn. */
  readonly always: readonly string[];
  /** The same, with what tells a broker's answer. */
  readonly alwaysOfBroker: readonly string[];
  /** Their names: a broker's headers don't replace them. */
  readonly alwaysNames: ReadonlySet<string>;
}

/** What is counted where the caller has gone before the answer. */
export const clientGone = 499;

// One of each: an error's stack costs, and its words are seen by nobody.
export const callerLeft = new Error("the caller has left");
export const notAsItWas = new Error(
  "the call has waited: it is sent with the session as it is now, or not at all",
);
export const notPassedOn = new Error("the answer is not passed on");
