import { sql } from "kysely";
import { canonicalJson, chainHash } from "../../domain/audit-chain.js";
import type { Audit, AuditChain, AuditRecord, ChainPlace, NewAuditRecord } from "../../ports/audit.js";
import { byIndexAlone } from "./index-range.js";
import { newestRecords } from "./newest-first.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

/** The tenant's row is the chain's lock: it is held from here to the end of the transaction. */
async function appendIn(
  { db }: Place,
  tenant: string,
  { facts, ...record }: NewAuditRecord,
): Promise<AuditRecord | undefined> {
  const before = await db
    .updateTable("tenants")
    .set({ lastAudit: sql<number>`last_audit + 1` })
    .where("id", "=", tenant)
    .returning(["lastAudit", "auditHash"])
    .executeTakeFirst();
  if (!before) return undefined;
  const { at, key, action, kind, id } = record;
  const told = facts === undefined ? null : canonicalJson(facts);
  const statement = { tenant, sequence: before.lastAudit, at, key, action, kind, id, facts: told };
  const written = { ...statement, hash: chainHash(before.auditHash, statement) };
  await db.insertInto("audit").values(written).execute();
  await db.updateTable("tenants").set({ auditHash: written.hash }).where("id", "=", tenant).execute();
  return written;
}

async function chainOf({ db }: Place, tenant: string): Promise<AuditChain | undefined> {
  const row = await db
    .selectFrom("tenants")
    .select(["lastAudit", "auditHash", "auditErased", "auditErasedHash"])
    .where("id", "=", tenant)
    .executeTakeFirst();
  return (
    row && {
      head: { sequence: row.lastAudit, hash: row.auditHash },
      erased: { sequence: row.auditErased, hash: row.auditErasedHash },
    }
  );
}

/** The statement behind a page of the audit, oldest first. */
export const auditList = ({ db }: Place, tenant: string, after: number, limit: number) =>
  db
    .selectFrom("audit")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit);

async function eraseIn(place: Place, tenant: string, before: number, limit: number) {
  const { db } = place;
  const locked = await db
    .updateTable("tenants")
    .set({ auditErased: sql<number>`audit_erased` })
    .where("id", "=", tenant)
    .returning("auditErased")
    .executeTakeFirst();
  if (!locked) return undefined;
  const found = await auditList(place, tenant, locked.auditErased, limit).execute();
  const kept = found.findIndex(({ at }) => at >= before);
  const last = found.at(kept === -1 ? found.length - 1 : kept - 1);
  if (!last || kept === 0) return undefined;
  await db.deleteFrom("audit").where("tenant", "=", tenant).where("sequence", "<=", last.sequence).execute();
  await db
    .updateTable("tenants")
    .set({ auditErased: last.sequence, auditErasedHash: last.hash })
    .where("id", "=", tenant)
    .execute();
  return { sequence: last.sequence, hash: last.hash };
}

async function anchorIn(
  { db }: Place,
  tenant: string,
  before: number,
  at: number,
): Promise<ChainPlace | undefined> {
  const row = await db
    .updateTable("tenants")
    .set({ auditAnchored: sql<number>`last_audit`, auditAnchoredAt: at })
    .where("id", "=", tenant)
    .where("auditAnchoredAt", "<=", before)
    .where("lastAudit", ">", sql<number>`audit_anchored`)
    .returning(["lastAudit", "auditHash"])
    .executeTakeFirst();
  return row && { sequence: row.lastAudit, hash: row.auditHash };
}

export function auditIn(place: Place): Audit {
  return {
    append: (tenant, record) => together(place, (within) => appendIn(within, tenant, record)),
    list: (tenant, after, limit) => auditList(place, tenant, after, limit).execute(),
    newest: (tenant, part) => byIndexAlone(place, (within) => newestRecords(within, tenant, part).execute()),
    chain: (tenant) => chainOf(place, tenant),
    erase: (tenant, before, limit) => together(place, (within) => eraseIn(within, tenant, before, limit)),
    anchor: (tenant, before, at) => anchorIn(place, tenant, before, at),
  };
}
