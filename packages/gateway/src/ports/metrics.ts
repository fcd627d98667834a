import type { BrokerId } from "kunji";

/** How long calls took at most, as a histogram can tell it: within a bucket, or longer than the last one. In ms. */
export type Bound = { readonly withinMs: number } | { readonly overMs: number };

/** Logins at a broker. */
export interface LoginNumbers {
  readonly broker: BrokerId;
  readonly begun: number;
  readonly finished: number;
  /** By an error's code. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Renewals of sessions at a broker. */
export interface RefreshNumbers {
  readonly broker: BrokerId;
  readonly renewed: number;
  readonly refused: number;
  readonly unknown: number;
}

/** Calls that were forwarded to a broker. */
export interface ProxyNumbers {
  readonly broker: BrokerId;
  /** By the class of the status that the caller got, `2xx` to `5xx`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What half, 95 and 99 of a hundred calls took, whatever came of them. */
  readonly p50: Bound;
  readonly p95: Bound;
  readonly p99: Bound;
}

/** The numbers of one gateway, of all its tenants, since its process began to count. Brokers without a number are left out. */
export interface Glance {
  /** ms since 1970 on the machine's clock, UTC */
  readonly since: number;
  readonly logins: readonly LoginNumbers[];
  readonly refreshes: readonly RefreshNumbers[];
  readonly proxied: readonly ProxyNumbers[];
  /** Tries to deliver events to webhooks. */
  readonly deliveries: { readonly delivered: number; readonly again: number; readonly givenUp: number };
}

/** The gateway's numbers. */
export interface Metrics {
  /** As text for a collector. @throws StoreProblem where what is kept in the database can't be counted */
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** For a person: what this process has counted by itself. */
  glance(): Promise<Glance>;
}
