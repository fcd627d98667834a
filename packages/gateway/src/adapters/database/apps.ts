import type { App, Apps } from "../../ports/apps.js";
import { listById } from "./listed.js";
import type { Place, Tables } from "./tables.js";

/** A row as the port shows it. */
export function appFrom(row: Tables["apps"]): App {
  return { ...row, returnUrls: JSON.parse(row.returnUrls) as string[] };
}

const blank = { egress: null, sealedEgress: null, ordersPerConnection: null, ordersPerApp: null } as const;

export function appsIn({ db }: Place): Apps {
  return {
    async put(tenant, { at, returnUrls, ...app }, known) {
      const row = await db
        .insertInto("apps")
        .values({
          ...blank,
          ...app,
          tenant,
          returnUrls: JSON.stringify(returnUrls),
          createdAt: at,
          updatedAt: at,
        })
        .onConflict((conflict) => {
          const taken = conflict.columns(["tenant", "id"]);
          if (known === null) return taken.doNothing();
          const changed = taken
            .doUpdateSet((row) => ({
              environment: row.ref("excluded.environment"),
              sealedKeys: row.ref("excluded.sealedKeys"),
              returnUrls: row.ref("excluded.returnUrls"),
              egress: row.ref("excluded.egress"),
              sealedEgress: row.ref("excluded.sealedEgress"),
              ordersPerConnection: row.ref("excluded.ordersPerConnection"),
              ordersPerApp: row.ref("excluded.ordersPerApp"),
              updatedAt: row.ref("excluded.updatedAt"),
            }))
            .whereRef("apps.broker", "=", "excluded.broker");
          if (known === undefined) return changed;
          return changed
            .where("apps.sealedKeys", "=", known.sealedKeys)
            .where("apps.sealedEgress", "is not distinct from", known.sealedEgress);
        })
        .returningAll()
        .executeTakeFirst();
      return row && appFrom(row);
    },

    async get(tenant, id) {
      const row = await db
        .selectFrom("apps")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row && appFrom(row);
    },

    list: (tenant, page) =>
      listById(db.selectFrom("apps").selectAll().where("tenant", "=", tenant), page, appFrom),
  };
}
