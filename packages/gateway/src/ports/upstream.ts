import type { Readable } from "node:stream";
import type { Secret } from "kunji";

/** An answer's headers, names in small letters; a list where a name came more than once. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Steers one call that is under way. */
export interface UpstreamControl {
  /** Ends the call and its connection; the handler then hears of an error. */
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Hears of one call as it goes on. After an end or an error it hears no more. */
export interface UpstreamHandler {
  /** About to be sent: an abort from within keeps it from being sent. */
  onRequestStart(control: UpstreamControl): void;
  /** A status below 200 is no answer yet. */
  onResponseStart(control: UpstreamControl, status: number, headers: AnswerHeaders): void;
  onResponseData(control: UpstreamControl, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(control: unknown, error: Error): void;
}

/** One call to a broker. It is sent once, never again by itself, and no redirect is followed. */
export interface UpstreamCall {
  readonly origin: string;
  /** The proxy by which it goes: without one directly, with one never so. */
  readonly egress: Secret | undefined;
  /** With the query, as it stands in the request's first line. */
  readonly path: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | Readable | AsyncIterable<Uint8Array> | null;
}

/** The brokers' servers, over connections that are kept open. */
export interface Upstream {
  /** Never throws: the handler hears of every failure. */
  send(call: UpstreamCall, handler: UpstreamHandler): void;
  /** Whether a call would have to wait until another one is over. Not known, and never so, of a proxy's connections. */
  isFull(origin: string, egress: Secret | undefined): boolean;
  /** Whether a call failed because something took too long. */
  timedOut(error: unknown): boolean;
  /** Ends every connection, and with it every call under way. */
  close(): Promise<void>;
}
