import { sql } from "kysely";
import type { SignInTries, TryLimit } from "../../ports/sign-in-tries.js";
import type { Place } from "./tables.js";

/** The wait after a number of tries, in ms: a second, then twice as long each time. */
function waitAfter(count: ReturnType<typeof sql<number>>, { free, longestMs }: TryLimit) {
  const doublings = Math.ceil(Math.log2(Math.max(1, longestMs / 1_000)));
  return sql<number>`case when ${count} < ${free} then 0 when ${count} >= ${free + doublings} then ${longestMs}
    else cast(1000 as bigint) << cast(${count} - ${free} as integer) end`;
}

export function signInTriesIn({ db }: Place): SignInTries {
  return {
    // One statement judges and counts: between two others would try as well.
    async begin(key, now, limit) {
      const over = sql<boolean>`sign_in_tries.last_at <= ${now - limit.forgottenMs}`;
      const count = sql<number>`(case when ${over} then 1 else sign_in_tries.count + 1 end)`;
      const begun = await db
        .insertInto("signInTries")
        .values({ key, count: 1, freeAt: now, lastAt: now })
        .onConflict((conflict) =>
          conflict
            .column("key")
            .doUpdateSet({ count, lastAt: now, freeAt: sql<number>`${now} + ${waitAfter(count, limit)}` })
            .where(sql<boolean>`${over} or sign_in_tries.free_at <= ${now}`),
        )
        .returning("count")
        .executeTakeFirst();
      if (begun?.count === 1)
        await db
          .deleteFrom("signInTries")
          .where("lastAt", "<=", now - limit.forgottenMs)
          .execute();
      if (begun) return undefined;
      const row = await db
        .selectFrom("signInTries")
        .select("freeAt")
        .where("key", "=", key)
        .executeTakeFirst();
      return Math.max(1, (row?.freeAt ?? now) - now);
    },

    async forget(key) {
      await db.deleteFrom("signInTries").where("key", "=", key).execute();
    },
  };
}
