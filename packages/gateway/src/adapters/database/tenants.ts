import type { Tenants } from "../../ports/tenants.js";
import type { Place } from "./tables.js";

const shown = ["id", "name", "createdAt", "endedAt"] as const;

export function tenantsIn({ db }: Place): Tenants {
  return {
    add: (tenant, { name, at }) =>
      db
        .insertInto("tenants")
        .values({ id: tenant, name, lastSequence: 0, createdAt: at, endedAt: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning(shown)
        .executeTakeFirst(),

    get: (tenant) => db.selectFrom("tenants").select(shown).where("id", "=", tenant).executeTakeFirst(),

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
