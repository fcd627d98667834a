import type { BrokerId } from "kunji";

/** What an operator wants to know, as it happens. Every text is a code or an id, never a secret, a URL or a user's words. */
export interface Signals {
  loginBegun(broker: BrokerId): void;
  loginFinished(broker: BrokerId): void;
  /** `reason` is an error's code. */
  loginRefused(broker: BrokerId, reason: string): void;
  refreshed(broker: BrokerId, outcome: "renewed" | "refused" | "unknown"): void;
  /** A forwarded call: the status that the caller got, and how long it took in ms. */
  proxied(broker: BrokerId, status: number, ms: number): void;
  delivered(outcome: "delivered" | "again" | "given_up"): void;
  /** Something to be looked at; `facts` are codes, ids and numbers. */
  warn(what: string, facts?: Readonly<Record<string, string | number | null>>): void;
}
