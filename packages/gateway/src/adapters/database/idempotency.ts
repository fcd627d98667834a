import type { Idempotency } from "../../ports/idempotency.js";
import { StoreProblem } from "../../ports/store-problem.js";
import type { Place } from "./tables.js";

/** How often a request is begun anew that another caller forgot, or that expired, between two statements. */
const rounds = 5;

export function idempotencyIn({ db }: Place): Idempotency {
  return {
    async begin(tenant, { now, ...request }) {
      const row = { ...request, tenant, status: null, sealedAnswer: null };
      for (let round = 0; round < rounds; round++) {
        const first = await db
          .insertInto("idempotentRequests")
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(["tenant", "hash"])
              .doUpdateSet(row)
              .where("idempotentRequests.expiresAt", "<=", now),
          )
          .returning("hash")
          .executeTakeFirst();
        if (first) return undefined;
        const onFile = await db
          .selectFrom("idempotentRequests")
          .selectAll()
          .where("tenant", "=", tenant)
          .where("hash", "=", request.hash)
          .where("expiresAt", ">", now)
          .executeTakeFirst();
        if (onFile) return onFile;
      }
      throw new StoreProblem("store_busy", "The database is busy with another change. Try again.");
    },

    async finish(tenant, hash, answer) {
      await db
        .updateTable("idempotentRequests")
        .set(answer)
        .where("tenant", "=", tenant)
        .where("hash", "=", hash)
        .where("status", "is", null)
        .execute();
    },

    async forget(tenant, hash) {
      await db
        .deleteFrom("idempotentRequests")
        .where("tenant", "=", tenant)
        .where("hash", "=", hash)
        .where("status", "is", null)
        .execute();
    },
  };
}
