import { type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";
import { watchSealed } from "./key-of-sealed.js";

/** The sealed columns of this version, each with its table's key. */
const sealed: readonly (readonly [table: string, column: string, key: readonly string[]])[] = [
  ["apps", "sealed_keys", ["tenant", "id"]],
  ["connections", "sealed_session", ["tenant", "id"]],
  ["attempts", "sealed_attempt", ["tenant", "app", "browser_hash"]],
  ["codes", "sealed_session", ["tenant", "hash"]],
  ["vendor_sessions", "sealed_session", ["tenant", "app"]],
  ["webhooks", "sealed_secret", ["tenant", "id"]],
  ["idempotent_requests", "sealed_answer", ["tenant", "hash"]],
  ["retired_keys", "sealed_link_key", ["key_id"]],
];

async function makeTables(
  { schema }: Kysely<unknown>,
  { text, integer, bytes, tableEnd }: Traits,
): Promise<void> {
  const retired = schema
    .createTable("retired_keys")
    .addColumn("key_id", sql`${text}`, (column) => column.notNull())
    .addColumn("retired_at", sql`${integer}`, (column) => column.notNull())
    .addColumn("seals", sql`${integer}`, (column) => column.notNull())
    .addColumn("sealed_link_key", sql`${bytes}`)
    .addColumn("links_until", sql`${integer}`, (column) => column.notNull())
    .addPrimaryKeyConstraint("retired_keys_key", ["key_id"]);
  await (tableEnd ? retired.modifyEnd(tableEnd) : retired).execute();
  const rotations = schema
    .createTable("vault_rotations")
    .addColumn("id", sql`${text}`, (column) => column.notNull())
    // 1 while it runs: no two do.
    .addColumn("running", sql`${integer}`, (column) => column.unique())
    .addColumn("key_id", sql`${text}`, (column) => column.notNull())
    .addColumn("keep", sql`${integer}`, (column) => column.notNull())
    .addColumn("started_at", sql`${integer}`, (column) => column.notNull())
    .addColumn("finished_at", sql`${integer}`)
    .addColumn("resealed", sql`${integer}`, (column) => column.notNull())
    .addColumn("lease_owner", sql`${text}`)
    .addColumn("lease_until", sql`${integer}`)
    .addPrimaryKeyConstraint("vault_rotations_key", ["id"]);
  await (tableEnd ? rotations.modifyEnd(tableEnd) : rotations).execute();
}

/** New: which key each sealed value lies under, keys on their way out and taken out, and rotations. */
export async function keyRotation(db: Kysely<unknown>, traits: Traits): Promise<void> {
  await db.schema.alterTable("vault_keys").addColumn("retiring_at", sql`${traits.integer}`).execute();
  await makeTables(db, traits);
  for (const [table, column, key] of sealed) await watchSealed(db, traits, table, column, key);
}
