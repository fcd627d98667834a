/** One answered request, without anything that a caller wrote. */
export interface AnsweredRequest {
  readonly request: string;
  readonly method: string;
  /** The route's pattern, never the address; `null` where no route took the request. */
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  readonly tenant: string | null;
  /** The API key's id. */
  readonly key: string | null;
}

/** A fault of the gateway's own. */
export interface Fault {
  readonly request: string;
  readonly route: string | null;
  /** The error's class. */
  readonly name: string;
  /** The error's own code, where it has one. */
  readonly code: string | null;
  /** Where it was thrown: the stack's lines without the error's words. */
  readonly at: readonly string[];
}

/** Where requests are written down. */
export interface Logbook {
  answered(entry: AnsweredRequest): void;
  failed(entry: Fault): void;
}
