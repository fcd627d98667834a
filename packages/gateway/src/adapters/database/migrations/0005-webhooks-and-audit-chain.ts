import { type Kysely, type RawBuilder, sql } from "kysely";
import { type AuditStatement, chainBegin, chainHash } from "../../../domain/audit-chain.js";
import type { Traits } from "../dialect.js";

type Schema = Kysely<unknown>;

/** How many records get their hash at once. */
const batch = 1_000;

async function addColumns(db: Schema, { text, integer }: Traits): Promise<void> {
  const add = async (table: string, name: string, type: RawBuilder<unknown>, otherwise?: string | number) => {
    await db.schema
      .alterTable(table)
      .addColumn(name, sql`${type}`, (column) =>
        otherwise === undefined ? column : column.notNull().defaultTo(otherwise),
      )
      .execute();
  };
  for (const name of ["apps", "brokers", "users"]) await add("webhooks", name, text);
  for (const name of ["failing_since", "succeeded_at", "paused_at", "paused_from"])
    await add("webhooks", name, integer);
  await add("deliveries", "begun_at", integer);
  await add("audit", "facts", text);
  await add("audit", "hash", text, "");
  await add("tenants", "audit_hash", text, chainBegin.hash);
  await add("tenants", "audit_erased", integer, 0);
  await add("tenants", "audit_erased_hash", text, chainBegin.hash);
  await add("tenants", "audit_anchored", integer, 0);
  await add("tenants", "audit_anchored_at", integer, 0);
  await add("tenants", "events_erased", integer, 0);
}

/** Gives the records of a tenant their hashes; the last one's. */
async function chainRecords(db: Schema, tenant: string): Promise<string> {
  let { sequence, hash } = chainBegin;
  for (;;) {
    const { rows } = await sql<Omit<AuditStatement, "facts">>`
      select tenant, sequence, at, key, action, kind, id from audit
      where tenant = ${tenant} and sequence > ${sequence} order by sequence limit ${batch}`.execute(db);
    const last = rows.at(-1);
    if (!last) return hash;
    const hashed = rows.map((row) => {
      hash = chainHash(hash, { ...row, facts: null });
      return sql`(${row.sequence}, ${hash})`;
    });
    // A list of values names its columns alike in both databases.
    await sql`
      update audit set hash = given.column2 from (values ${sql.join(hashed)}) as given
      where audit.tenant = ${tenant} and audit.sequence = cast(given.column1 as bigint)`.execute(db);
    sequence = last.sequence;
  }
}

/** Filters, pauses and replays of webhooks; the audit's chain, which begins with the records that are there. */
export async function webhooksAndAuditChain(db: Schema, traits: Traits): Promise<void> {
  await addColumns(db, traits);
  const { rows } = await sql<{ id: string }>`select id from tenants where last_audit > 0`.execute(db);
  for (const { id } of rows) {
    const hash = await chainRecords(db, id);
    await sql`update tenants set audit_hash = ${hash} where id = ${id}`.execute(db);
  }
}
