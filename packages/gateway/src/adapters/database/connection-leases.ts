import type { Connections } from "../../ports/connections.js";
import { leaseAlive, leaseBegun, leaseEnded, leaseFree } from "./leases.js";
import type { Place } from "./tables.js";

type Leasing = Pick<Connections, "lease" | "noteTry" | "release">;

export function connectionLeasesIn({ db, traits }: Place): Leasing {
  return {
    lease: (tenant, id, wish) =>
      db
        .updateTable("connections")
        .set(leaseBegun(traits, wish))
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("status", "<>", "closed")
        .where(leaseFree(traits, "connections"))
        .returningAll()
        .executeTakeFirst(),

    async noteTry(tenant, id, owner, { generation, what, at }) {
      const noted = await db
        .updateTable("connections")
        .set({ triedAt: at, triedWhat: what, updatedAt: at })
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("leaseOwner", "=", owner)
        .where(leaseAlive(traits))
        .where("generation", "=", generation)
        .returning("id")
        .executeTakeFirst();
      return noted !== undefined;
    },

    async release(tenant, id, owner) {
      const freed = await db
        .updateTable("connections")
        .set(leaseEnded)
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("leaseOwner", "=", owner)
        .returning("id")
        .executeTakeFirst();
      return freed !== undefined;
    },
  };
}
