import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";

type Schema = Kysely<unknown>;

const indexes: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ["tenants", ["made_by", "id"]],
  ["connections", ["status", "broker"]],
  ["connections", ["tenant", "app", "status"]],
  ["vendor_sessions", ["ends_at"]],
  ["idempotent_requests", ["expires_at"]],
];

async function addColumns(db: Schema, { text, integer }: Traits): Promise<void> {
  const { schema } = db;
  await schema.alterTable("tenants").addColumn("made_by", sql`${text}`).execute();
  await schema
    .alterTable("tenants")
    .addColumn("last_audit", sql`${integer}`, (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable("api_keys")
    .addColumn("calls", sql`${text}`, (column) => column.notNull().defaultTo('["read"]'))
    .execute();
  await schema
    .alterTable("connections")
    .addColumn("return_url", sql`${text}`, (column) => column.notNull().defaultTo(""))
    .execute();
  for (const warned of ["warned_evening_at", "warned_soon_at"])
    await schema.alterTable("connections").addColumn(warned, sql`${integer}`).execute();
}

async function makeTables(db: Schema, { text, integer, bytes, tableEnd }: Traits): Promise<void> {
  const make = async (table: CreateTableBuilder<string, string>, name: string): Promise<void> => {
    const whole = table.addForeignKeyConstraint(`${name}_tenants`, ["tenant"], "tenants", ["id"]);
    await (tableEnd ? whole.modifyEnd(tableEnd) : whole).execute();
  };
  const requests = db.schema
    .createTable("idempotent_requests")
    .addColumn("tenant", sql`${text}`, (column) => column.notNull())
    .addColumn("hash", sql`${text}`, (column) => column.notNull())
    .addColumn("body_hash", sql`${text}`, (column) => column.notNull())
    .addColumn("status", sql`${integer}`)
    .addColumn("sealed_answer", sql`${bytes}`)
    .addColumn("expires_at", sql`${integer}`, (column) => column.notNull())
    .addColumn("repeats", sql`${integer}`, (column) => column.notNull())
    .addPrimaryKeyConstraint("idempotent_requests_key", ["tenant", "hash"]);
  await make(requests, "idempotent_requests");
  const audit = db.schema
    .createTable("audit")
    .addColumn("tenant", sql`${text}`, (column) => column.notNull())
    .addColumn("sequence", sql`${integer}`, (column) => column.notNull())
    .addColumn("at", sql`${integer}`, (column) => column.notNull())
    .addColumn("key", sql`${text}`)
    .addColumn("action", sql`${text}`, (column) => column.notNull())
    .addColumn("kind", sql`${text}`, (column) => column.notNull())
    .addColumn("id", sql`${text}`, (column) => column.notNull())
    .addPrimaryKeyConstraint("audit_key", ["tenant", "sequence"]);
  await make(audit, "audit");
}

/** A claim asks which deliveries of a connection are on their way: it need not walk over all that have arrived. */
async function indexWhatIsOnItsWay({ schema }: Schema): Promise<void> {
  await schema.dropIndex("deliveries_by_tenant_webhook_connection_sequence").execute();
  await schema
    .createIndex("deliveries_on_their_way")
    .on("deliveries")
    .columns(["tenant", "webhook", "connection", "sequence"])
    .where(sql.ref("due_at"), "is not", null)
    .execute();
}

/** Links are signed and no longer kept. New: who made a tenant, a key's calls, warnings, kept answers, the audit. */
export async function auditAndKeptAnswers(db: Schema, traits: Traits): Promise<void> {
  await db.schema.dropTable("links").execute();
  await addColumns(db, traits);
  await makeTables(db, traits);
  await indexWhatIsOnItsWay(db);
  for (const [table, columns] of indexes)
    await db.schema
      .createIndex(`${table}_by_${columns.join("_")}`)
      .on(table)
      .columns([...columns])
      .execute();
}
