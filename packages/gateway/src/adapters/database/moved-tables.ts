/** A table that is moved, with the columns of its key. Names are the database's own. */
export interface MovedTable {
  readonly name: string;
  readonly key: readonly string[];
}

/**
 * Every table that goes along when a gateway moves, each after those that it refers to. A new table is entered here or below; a
 * test fails where it isn't. Columns are the database's, but for those that it computes by itself.
 */
export const movedTables: readonly MovedTable[] = [
  { name: "vault_keys", key: ["key_id"] },
  { name: "retired_keys", key: ["key_id"] },
  { name: "vault_rotations", key: ["id"] },
  { name: "tenants", key: ["id"] },
  { name: "api_keys", key: ["tenant", "id"] },
  { name: "operators", key: ["tenant", "id"] },
  { name: "apps", key: ["tenant", "id"] },
  { name: "connections", key: ["tenant", "id"] },
  { name: "attempts", key: ["tenant", "app", "browser_hash"] },
  { name: "codes", key: ["tenant", "hash"] },
  { name: "vendor_sessions", key: ["tenant", "app"] },
  { name: "idempotent_requests", key: ["tenant", "hash"] },
  { name: "audit", key: ["tenant", "sequence"] },
  { name: "events", key: ["tenant", "sequence"] },
  { name: "webhooks", key: ["tenant", "id"] },
  { name: "deliveries", key: ["tenant", "webhook", "sequence"] },
];

/**
 * What stays: orders of the last second, which a crash may lose as well; who is signed in to the dashboard, and tries to; and how
 * each database came to its tables.
 */
export const stayingTables: readonly string[] = [
  "order_times",
  "operator_sessions",
  "sign_in_tries",
  "kysely_migration",
  "kysely_migration_lock",
];

/** A lease is a gateway's that is not at the new place. A try that it has written down goes along, and is found there. */
export const stayingColumns: readonly string[] = ["lease_owner", "lease_until"];
