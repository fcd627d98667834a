import type { IncomingMessage, ServerResponse } from "node:http";

/** What an adapter hands to the app beside the request. */
export interface Bindings {
  /** There where the request came over a socket. */
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
  /** True where that socket listens on a loopback address. */
  readonly loopback?: boolean;
  /** There where the call is made in-process: takes the error with which `fetch` must fail. */
  readonly inProcess?: { failure?: unknown };
}

export interface Env {
  Bindings: Bindings;
  Variables: {
    /** Methods that the path takes, gathered on the way to a 405. */
    allow: string[];
    /** The body's text, once it was read. */
    body: string;
  };
}
