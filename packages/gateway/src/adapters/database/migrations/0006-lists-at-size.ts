import { type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";

type Index = readonly [table: string, columns: readonly string[], where?: string];

const replaced = [
  "connections_by_tenant_broker_id",
  "connections_by_tenant_app_id",
  "connections_by_tenant_app_status",
  "connections_by_tenant_ends_at_id",
  "connections_by_due_at",
];

const indexes: readonly Index[] = [
  ["connections", ["tenant", "broker", "status", "id"]],
  ["connections", ["tenant", "app", "status", "id"]],
  ["connections", ["tenant", "status", "ends_at", "id"]],
  ["connections", ["tenant", "broker", "status", "ends_at", "id"]],
  ["connections", ["tenant", "app", "status", "ends_at", "id"]],
  ["connections", ["tenant", "broker", "ready_until", "id"]],
  ["connections", ["broker", "due_at"]],
  ["connections", ["status", "updated_at"], "status = 'pending'"],
  ["tenants", ["id"], "ended_at is not null"],
];

/** 0 where there is no session that is known to live, nothing where the connection is closed. */
const readyUntil = sql`case
  when status = 'closed' then null
  when status <> 'active' or sealed_session is null or ends_at is null then 0
  when carried_until > ends_at and (reason is null or reason <> 'refresh_refused') then carried_until
  else ends_at end`;

/** How far renewals carry a session, and by it the order in which connections stop being ready; indexes for every list. */
export async function listsAtSize(db: Kysely<unknown>, { name, integer }: Traits): Promise<void> {
  const { schema } = db;
  await schema.alterTable("connections").addColumn("carried_until", sql`${integer}`).execute();
  const kept = name === "sqlite" ? sql`virtual` : sql`stored`;
  await sql`alter table connections add column ready_until ${integer} generated always as (${readyUntil}) ${kept}`.execute(
    db,
  );
  for (const index of replaced) await schema.dropIndex(index).execute();
  for (const [table, columns, where] of indexes) {
    const index = schema
      .createIndex(`${table}_by_${columns.join("_")}`)
      .on(table)
      .columns([...columns]);
    await (where ? index.where(sql<boolean>`${sql.raw(where)}`) : index).execute();
  }
  if (name === "postgres")
    // A plan goes by what is known of a table: a tenth of a million rows may not change before it is looked at again.
    await sql`alter table connections set (autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02)`.execute(
      db,
    );
}
