import { chainBegin } from "../../domain/audit-chain.js";
import type { Tenants } from "../../ports/tenants.js";
import { listById } from "./listed.js";
import type { Place } from "./tables.js";

const shown = ["id", "name", "madeBy", "createdAt", "endedAt"] as const;

/** The tenants that one has made. */
export const tenantsMadeBy = ({ db }: Place, madeBy: string) =>
  db.selectFrom("tenants").select(shown).where("madeBy", "=", madeBy);

/** What is counted in a tenant's row, before anything has happened. */
const counts = {
  lastSequence: 0,
  eventsErased: 0,
  lastAudit: 0,
  auditHash: chainBegin.hash,
  auditErased: 0,
  auditErasedHash: chainBegin.hash,
  auditAnchored: 0,
  auditAnchoredAt: 0,
};

export function tenantsIn(place: Place): Tenants {
  const { db } = place;
  return {
    add: (tenant, { at, ...facts }) =>
      db
        .insertInto("tenants")
        .values({ ...facts, id: tenant, ...counts, createdAt: at, endedAt: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning(shown)
        .executeTakeFirst(),

    get: (tenant) => db.selectFrom("tenants").select(shown).where("id", "=", tenant).executeTakeFirst(),

    list: (madeBy, page) => listById(tenantsMadeBy(place, madeBy), page, (row) => row),

    async end(tenant, at) {
      const ended = await db
        .updateTable("tenants")
        .set({ endedAt: at })
        .where("id", "=", tenant)
        .where("endedAt", "is", null)
        .returning("id")
        .executeTakeFirst();
      return ended !== undefined;
    },
  };
}
