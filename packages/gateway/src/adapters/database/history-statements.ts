import { sql } from "kysely";
import type { Place } from "./tables.js";

const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);

/** Sequences have no gaps, so the oldest row of a tenant is found by its key alone. */
export async function tenantsWithOld(
  { db }: Place,
  what: "events" | "audit",
  before: number,
  limit: number,
): Promise<readonly string[]> {
  const first = sql.ref(what === "events" ? "tenants.eventsErased" : "tenants.auditErased");
  const found = await db
    .selectFrom("tenants")
    .select("id")
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom(what)
          .select("sequence")
          .whereRef("tenant", "=", "tenants.id")
          .where("sequence", "=", sql<number>`${first} + 1`)
          .where("at", "<", before),
      ),
    )
    .orderBy("id")
    .limit(limit)
    .execute();
  return idsOf(found);
}

/** Tenants whose audit has grown since it was anchored, before a moment. */
export async function tenantsToAnchor(
  { db }: Place,
  before: number,
  limit: number,
): Promise<readonly string[]> {
  const found = await db
    .selectFrom("tenants")
    .select("id")
    .where("auditAnchoredAt", "<=", before)
    .where("lastAudit", ">", sql<number>`${sql.ref("auditAnchored")}`)
    .orderBy("id")
    .limit(limit)
    .execute();
  return idsOf(found);
}
