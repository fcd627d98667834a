import type { Codes } from "../../ports/codes.js";
import { openConnection, together } from "./open-connection.js";
import type { Place } from "./tables.js";

export function codesIn(place: Place): Codes {
  return {
    add: (tenant, code) =>
      together(place, async (within) => {
        if (!(await openConnection(within, tenant, code.connection))) return undefined;
        return within.db
          .insertInto("codes")
          .values({ ...code, tenant })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
      }),

    find: (tenant, { connection, hash, now }) =>
      place.db
        .selectFrom("codes")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("hash", "=", hash)
        .where("connection", "=", connection)
        .where("expiresAt", ">", now)
        .executeTakeFirst(),

    take: (tenant, { connection, hash, now }) =>
      place.db
        .deleteFrom("codes")
        .where("tenant", "=", tenant)
        .where("hash", "=", hash)
        .where("connection", "=", connection)
        .where("expiresAt", ">", now)
        .returningAll()
        .executeTakeFirst(),

    async forgetOfApp(tenant, app) {
      const { db } = place;
      const ofApp = db
        .selectFrom("connections")
        .select("id")
        .where("tenant", "=", tenant)
        .where("app", "=", app);
      const forgotten = await db
        .deleteFrom("codes")
        .where("tenant", "=", tenant)
        .where("connection", "in", ofApp)
        .returning("hash")
        .execute();
      return forgotten.length > 0;
    },
  };
}
