import { sql } from "kysely";
import type { VendorSessions } from "../../ports/vendor-sessions.js";
import { leaseAlive, leaseBegun, leaseEnded, leaseFree } from "./leases.js";
import type { Place } from "./tables.js";

const blank = {
  sealedSession: null,
  generation: 0,
  endsAt: null,
  loggedOutAt: null,
  triedAt: null,
  triedWhat: null,
} as const;

export function vendorSessionsIn({ db, traits }: Place): VendorSessions {
  const held = (tenant: string, app: string) =>
    db.updateTable("vendorSessions").where("tenant", "=", tenant).where("app", "=", app);
  return {
    get: (tenant, app) =>
      db
        .selectFrom("vendorSessions")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("app", "=", app)
        .executeTakeFirst(),

    async lease(tenant, app, { at, ...wish }) {
      const known = await db
        .selectFrom("apps")
        .select("id")
        .where("tenant", "=", tenant)
        .where("id", "=", app)
        .executeTakeFirst();
      if (!known) return undefined;
      const begun = leaseBegun(traits, wish);
      return db
        .insertInto("vendorSessions")
        .values({ ...blank, ...begun, tenant, app, updatedAt: at })
        .onConflict((conflict) =>
          conflict.columns(["tenant", "app"]).doUpdateSet(begun).where(leaseFree(traits, "vendorSessions")),
        )
        .returningAll()
        .executeTakeFirst();
    },

    async noteTry(tenant, app, owner, { generation, what, at }) {
      const noted = await held(tenant, app)
        .set({ triedAt: at, triedWhat: what, updatedAt: at })
        .where("leaseOwner", "=", owner)
        .where(leaseAlive(traits))
        .where("generation", "=", generation)
        .returning("app")
        .executeTakeFirst();
      return noted !== undefined;
    },

    put: (tenant, app, from, { at, ...session }) =>
      held(tenant, app)
        .set({ ...blank, ...session, generation: sql<number>`generation + 1`, updatedAt: at })
        .where("generation", "=", from)
        .returningAll()
        .executeTakeFirst(),

    async logOut(tenant, app, from, at) {
      const out = await held(tenant, app)
        .set({ ...blank, generation: sql<number>`generation + 1`, loggedOutAt: at, updatedAt: at })
        .where("generation", "=", from)
        .where("sealedSession", "is not", null)
        .returning("app")
        .executeTakeFirst();
      return out !== undefined;
    },

    async release(tenant, app, owner) {
      const freed = await held(tenant, app)
        .set(leaseEnded)
        .where("leaseOwner", "=", owner)
        .returning("app")
        .executeTakeFirst();
      return freed !== undefined;
    },
  };
}
