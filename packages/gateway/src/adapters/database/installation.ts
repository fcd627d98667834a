import type { Installation } from "../../ports/installation.js";
import type { Place } from "./tables.js";

export function installationIn({ db }: Place): Installation {
  return {
    countConnections: () =>
      db
        .selectFrom("connections")
        .select(["status", "broker", ({ fn }) => fn.countAll<number>().as("count")])
        .groupBy(["status", "broker"])
        .orderBy("status")
        .orderBy("broker")
        .execute(),

    async tenantIds(after, limit) {
      const found = await db
        .selectFrom("tenants")
        .select("id")
        .where("id", ">", after)
        .orderBy("id")
        .limit(limit)
        .execute();
      return found.map(({ id }) => id);
    },

    async hasTenants() {
      const one = await db.selectFrom("tenants").select("id").limit(1).executeTakeFirst();
      return one !== undefined;
    },
  };
}
