import type { Kysely } from "kysely";
import type { ApiKey } from "../../ports/api-keys.js";
import type { App } from "../../ports/apps.js";
import type { Attempt } from "../../ports/attempts.js";
import type { AuditRecord } from "../../ports/audit.js";
import type { Code } from "../../ports/codes.js";
import type { Connection } from "../../ports/connections.js";
import type { Event } from "../../ports/events.js";
import type { IdempotentRequest } from "../../ports/idempotency.js";
import type { OperatorSession } from "../../ports/operator-sessions.js";
import type { Operator } from "../../ports/operators.js";
import type { Rotation } from "../../ports/rotations.js";
import type { Tenant } from "../../ports/tenants.js";
import type { RetiredKey, VaultKeyRecord } from "../../ports/vault-records.js";
import type { VendorSession } from "../../ports/vendor-sessions.js";
import type { Delivery, Webhook, WebhookFilter } from "../../ports/webhooks.js";
import type { Traits } from "./dialect.js";

/** The tables, under their names in TypeScript; in the database they are in snake_case. Lists are JSON texts. */
export interface Tables {
  readonly tenants: Tenant & {
    readonly lastSequence: number;
    /** The last event that was erased. */
    readonly eventsErased: number;
    readonly lastAudit: number;
    readonly auditHash: string;
    readonly auditErased: number;
    readonly auditErasedHash: string;
    readonly auditAnchored: number;
    readonly auditAnchoredAt: number;
  };
  readonly apiKeys: Omit<ApiKey, "scopes" | "calls"> & {
    readonly scopes: string;
    readonly calls: string;
    readonly hash: string;
  };
  readonly apps: Omit<App, "returnUrls"> & { readonly returnUrls: string; readonly logo: Uint8Array | null };
  readonly connections: Connection;
  readonly attempts: Attempt;
  readonly codes: Code;
  readonly idempotentRequests: IdempotentRequest & { readonly repeats: number };
  readonly audit: AuditRecord;
  readonly vendorSessions: VendorSession;
  readonly events: Event;
  readonly webhooks: Omit<Webhook, keyof WebhookFilter> & {
    readonly [F in keyof WebhookFilter]: string | null;
  };
  readonly deliveries: Delivery;
  readonly operators: Omit<Operator, "passwordIsOneTime"> & { readonly passwordIsOneTime: number };
  readonly operatorSessions: OperatorSession;
  readonly signInTries: {
    readonly key: string;
    readonly count: number;
    readonly freeAt: number;
    readonly lastAt: number;
  };
  readonly vaultKeys: VaultKeyRecord;
  readonly retiredKeys: RetiredKey;
  readonly vaultRotations: Omit<Rotation, "keep"> & {
    readonly keep: number;
    readonly running: number | null;
    readonly leaseOwner: string | null;
    readonly leaseUntil: number | null;
  };
}

/** A database, or a transaction of it, with what is particular to it. */
export interface Place {
  readonly db: Kysely<Tables>;
  readonly traits: Traits;
}

/** A place that somebody has opened, and closes. */
export interface OpenPlace {
  readonly place: Place;
  close(): Promise<void>;
}
