/** Who did what to what. It holds ids only. */
export interface AuditRecord {
  readonly tenant: string;
  /** Counts up without gaps within the tenant. */
  readonly sequence: number;
  /** ms since 1970, UTC */
  readonly at: number;
  /** The API key's id; `null` for the gateway itself or a user's browser. */
  readonly key: string | null;
  /** Such as `session.read`, `app.put`, `key.add`, `connection.close`. */
  readonly action: string;
  readonly kind: "connection" | "app" | "key" | "tenant" | "webhook";
  readonly id: string;
}

export interface Audit {
  /** In the transaction of what it tells of, where there is one, and last in it. `undefined` without such a tenant. */
  append(tenant: string, record: Omit<AuditRecord, "tenant" | "sequence">): Promise<AuditRecord | undefined>;
  /** Those after a sequence, oldest first. */
  list(tenant: string, after: number, limit: number): Promise<readonly AuditRecord[]>;
}
