import type { AuditFacts, ChainedStatement, ChainPlace } from "../domain/audit-chain.js";
import type { Newest } from "./page.js";

export type { AuditFacts, ChainPlace } from "../domain/audit-chain.js";

/** What was acted on. */
export type AuditKind = "connection" | "app" | "key" | "tenant" | "webhook" | "audit" | "vault" | "operator";

/** Who did what to what, in the tenant's chain of hashes. It holds ids, codes and numbers only. */
export interface AuditRecord extends ChainedStatement {
  /** Counts up without gaps within the tenant. */
  readonly sequence: number;
  /** The API key's id; `null` for the gateway itself or a user's browser. */
  readonly key: string | null;
  /** Such as `session.read`, `app.put`, `key.add`, `connection.close`. */
  readonly action: string;
  readonly kind: AuditKind;
}

/** A record that is to be written. */
export interface NewAuditRecord extends Pick<AuditRecord, "at" | "key" | "action" | "kind" | "id"> {
  readonly facts?: AuditFacts | undefined;
}

/** What is known of a tenant's chain besides its records. */
export interface AuditChain {
  /** The last record that was written. */
  readonly head: ChainPlace;
  /** The last record that was erased; the first that is kept comes after it. */
  readonly erased: ChainPlace;
}

export interface Audit {
  /**
   * Writes the next record of the tenant's chain: in the transaction of what it tells of, where there is one, and last in it.
   * `undefined` without such a tenant.
   */
  append(tenant: string, record: NewAuditRecord): Promise<AuditRecord | undefined>;
  /** Those after a sequence, oldest first. */
  list(tenant: string, after: number, limit: number): Promise<readonly AuditRecord[]>;
  /** The newest, of one thing alone where it is named. */
  newest(
    tenant: string,
    part: Newest & { readonly of?: { readonly kind: AuditKind; readonly id: string } | undefined },
  ): Promise<readonly AuditRecord[]>;
  /** `undefined` without such a tenant. */
  chain(tenant: string): Promise<AuditChain | undefined>;
  /**
   * Erases the oldest records that were written before a moment, so many at most, and keeps the place of the last of them. The
   * place, where there were any. In a transaction, before the record that tells of it.
   */
  erase(tenant: string, before: number, limit: number): Promise<ChainPlace | undefined>;
  /** The chain's head, where it is another than when it was last asked for and that was before a moment; once for many callers. */
  anchor(tenant: string, before: number, at: number): Promise<ChainPlace | undefined>;
}
