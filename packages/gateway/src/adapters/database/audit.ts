import { sql } from "kysely";
import type { Audit, AuditRecord } from "../../ports/audit.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

type NewRecord = Omit<AuditRecord, "tenant" | "sequence">;

async function appendIn({ db }: Place, tenant: string, record: NewRecord): Promise<AuditRecord | undefined> {
  const counted = await db
    .updateTable("tenants")
    .set({ lastAudit: sql<number>`last_audit + 1` })
    .where("id", "=", tenant)
    .returning("lastAudit")
    .executeTakeFirst();
  if (!counted) return undefined;
  const written = { ...record, tenant, sequence: counted.lastAudit };
  await db.insertInto("audit").values(written).execute();
  return written;
}

export function auditIn(place: Place): Audit {
  return {
    append: (tenant, record) => together(place, (within) => appendIn(within, tenant, record)),

    list: (tenant, after, limit) =>
      place.db
        .selectFrom("audit")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(limit)
        .execute(),
  };
}
