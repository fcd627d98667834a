import type { BrokerId } from "../broker.js";
import type { Moment } from "./types.js";

export const eventTypes = [
  "connection.created",
  "connection.pending",
  "connection.active",
  "connection.refreshed",
  "connection.ends_soon",
  "connection.login_needed",
  "connection.unsure",
  "connection.login_failed",
  "connection.closed",
  "vendor_session.started",
  "vendor_session.ended",
  "webhook.paused",
  "webhook.test",
  "audit.anchored",
] as const;

export type EventType = (typeof eventTypes)[number];

/** Something that happened, as events and webhooks show it. */
export interface EventInfo {
  readonly id: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly at: Moment;
  readonly connection: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who did what, and to what: a record in the tenant's chain of hashes. */
export interface AuditEntry {
  readonly tenant: string;
  readonly sequence: number;
  readonly at: Moment;
  /** The API key's id; `null` for the gateway itself or a user's browser. */
  readonly key: string | null;
  readonly action: string;
  /** What was acted on: `connection`, `app`, `key`, `tenant`, `webhook`, `audit`. */
  readonly kind: string;
  readonly id: string;
  /** Codes, names and numbers. */
  readonly facts: Readonly<Record<string, unknown>> | null;
  /** SHA-256 over the hash before it, a line feed, and this entry's canonical JSON (RFC 8785) without `hash`. */
  readonly hash: string;
}

/** A place in an audit's chain. */
export interface AuditPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** What a verification of the audit has found. */
export interface AuditVerdict {
  readonly intact: boolean;
  /** How many entries were read. */
  readonly records: number;
  readonly head: AuditPlace;
  /** The last entry that has had its time and was erased. */
  readonly erased: AuditPlace;
  /** Anchors that lie before the entries that are kept. */
  readonly anchors_too_old: number;
  /** What is wrong, and at which entry: the first twenty. */
  readonly faults: readonly { readonly sequence: number; readonly fault: string }[];
}

/** Which events a webhook wants. Each filter is `null` for all; an event that names no app, broker or user passes the filter of that. */
export interface WebhookFilters {
  readonly types: readonly EventType[] | null;
  /** Ids of apps. */
  readonly apps: readonly string[] | null;
  readonly brokers: readonly BrokerId[] | null;
  /** The tenant's names for its users. */
  readonly users: readonly string[] | null;
}

export interface WebhookInfo extends WebhookFilters {
  readonly id: string;
  readonly url: string;
  /** Since when nothing was taken; `null` where the last try was. */
  readonly failing_since: Moment | null;
  /** Nothing is sent from then on, until it is resumed. */
  readonly paused_at: Moment | null;
  /** The sequence of the first event that it did not get before its last pause: after resuming, replay from there. */
  readonly paused_from: number | null;
  readonly created_at: Moment;
  readonly ended_at: Moment | null;
}

/** A new webhook. `secret` verifies its signatures, and is shown this once. */
export interface NewWebhook extends WebhookInfo {
  readonly secret: string;
}

type GivenFilters = { readonly [F in keyof WebhookFilters]?: WebhookFilters[F] | undefined };

export interface PostWebhook extends GivenFilters {
  readonly url: string;
}

/** What is to be changed of a webhook: what is left out stays. */
export interface PatchWebhook extends GivenFilters {
  readonly url?: string | undefined;
}

/** Which events are to be sent again: one, or those from one to another, the latest by default. */
export type PostReplay =
  | { readonly sequence: number }
  | { readonly from: number; readonly to?: number | undefined };

/** What a replay has set on its way. */
export interface Replayed {
  readonly replayed: number;
  /** The `from` with which to ask on: a call looks at a thousand events. `null` where the range is done. */
  readonly next: number | null;
}

/** One event on its way to one webhook. */
export interface DeliveryInfo {
  readonly sequence: number;
  readonly connection: string | null;
  readonly tries: number;
  /** When it is tried next; `null` once it was delivered or given up. */
  readonly next_try_at: Moment | null;
  readonly delivered_at: Moment | null;
  /** The HTTP status of the last answer; `null` where none came. */
  readonly last_status: number | null;
}
