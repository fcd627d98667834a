import type { Links } from "../../ports/links.js";
import { openConnection, together } from "./open-connection.js";
import type { Place } from "./tables.js";

export function linksIn(place: Place): Links {
  return {
    add: (tenant, link) =>
      together(place, async (within) => {
        if (!(await openConnection(within, tenant, link.connection))) return undefined;
        return within.db
          .insertInto("links")
          .values({ ...link, tenant })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
      }),

    async end(tenant, hash) {
      const ended = await place.db
        .deleteFrom("links")
        .where("tenant", "=", tenant)
        .where("hash", "=", hash)
        .returning("hash")
        .executeTakeFirst();
      return ended !== undefined;
    },
  };
}
