import { sql } from "kysely";
import type { Idempotency } from "../../ports/idempotency.js";
import type { Place } from "./tables.js";

const ofRequest = ["bodyHash", "status", "sealedAnswer", "expiresAt"] as const;

export function idempotencyIn({ db }: Place): Idempotency {
  return {
    // One statement tells the first from the others: two would have others between them.
    async begin(tenant, { now, ...request }) {
      const expired = sql<boolean>`idempotent_requests.expires_at <= ${now}`;
      const { repeats, ...row } = await db
        .insertInto("idempotentRequests")
        .values({ ...request, tenant, status: null, sealedAnswer: null, repeats: 0 })
        .onConflict((conflict) =>
          conflict.columns(["tenant", "hash"]).doUpdateSet({
            ...Object.fromEntries(
              ofRequest.map((column) => [
                column,
                sql`case when ${expired} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`idempotentRequests.${column}`)} end`,
              ]),
            ),
            repeats: sql<number>`case when ${expired} then 0 else idempotent_requests.repeats + 1 end`,
          }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      return repeats === 0 ? undefined : row;
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
