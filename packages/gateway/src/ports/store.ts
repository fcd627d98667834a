import type { ApiKeys } from "./api-keys.js";
import type { Apps } from "./apps.js";
import type { Attempts } from "./attempts.js";
import type { Audit } from "./audit.js";
import type { ChangeListener, Changes } from "./changes.js";
import type { Codes } from "./codes.js";
import type { Connections } from "./connections.js";
import type { DueWork } from "./due-work.js";
import type { Events } from "./events.js";
import type { Idempotency } from "./idempotency.js";
import type { Installation } from "./installation.js";
import type { OperatorSessions } from "./operator-sessions.js";
import type { Operators } from "./operators.js";
import type { OrderBudgets } from "./order-budgets.js";
import type { Rotations } from "./rotations.js";
import type { SealedValues } from "./sealed-values.js";
import type { SignInTries } from "./sign-in-tries.js";
import type { Tenants } from "./tenants.js";
import type { VaultRecords } from "./vault-records.js";
import type { VendorSessions } from "./vendor-sessions.js";
import type { WaysIn } from "./ways-in.js";
import type { Webhooks } from "./webhooks.js";

/**
 * A tenant's data. Every method takes the tenant first, and answers for another tenant's id as for one that
 * doesn't exist. Every method may throw `StoreProblem`.
 */
export interface TenantData {
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  readonly apps: Apps;
  readonly connections: Connections;
  readonly attempts: Attempts;
  readonly codes: Codes;
  readonly idempotency: Idempotency;
  readonly audit: Audit;
  readonly vendorSessions: VendorSessions;
  readonly orderBudgets: OrderBudgets;
  readonly events: Events;
  readonly webhooks: Webhooks;
  readonly operators: Operators;
  readonly operatorSessions: OperatorSessions;
}

/** All that can be read and written together. */
export interface StoreParts extends TenantData {
  readonly waysIn: WaysIn;
  readonly signInTries: SignInTries;
  readonly dueWork: DueWork;
  readonly installation: Installation;
  readonly vaultRecords: VaultRecords;
  readonly rotations: Rotations;
  readonly sealedValues: SealedValues;
  readonly changes: Changes;
  /** The database's clock, which leases follow. ms since 1970, UTC */
  clock(): Promise<number>;
}

/** The gateway's storage. */
export interface Store extends StoreParts {
  /**
   * All of it or nothing. Use what the callback is given, never the store itself: that would wait for the
   * transaction's end for ever on a database with one connection. Send nothing to a broker from within, and change
   * nothing outside: what the database undoes in favour of another transaction is run again, up to three times.
   *
   * So that transactions wait for each other in one order: vendor sessions first, then connections (several of them by
   * `hold`), then codes and attempts, and events and the audit last.
   */
  transaction<T>(work: (parts: StoreParts) => Promise<T>): Promise<T>;
  /** Begins to listen; call the answer to stop. */
  listen(listener: ChangeListener): Promise<() => Promise<void>>;
  /** Gives the database back. No method may be called after it. */
  close(): Promise<void>;
}
