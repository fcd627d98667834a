import type { Attempt, Attempts, NewAttempt } from "../../ports/attempts.js";
import { openConnection, together } from "./open-connection.js";
import type { Place } from "./tables.js";

async function openIn(place: Place, tenant: string, attempt: NewAttempt): Promise<Attempt | undefined> {
  const connection = await openConnection(place, tenant, attempt.connection);
  if (connection?.app !== attempt.app) return undefined;
  const app = await place.db
    .selectFrom("apps")
    .select(["broker", "handle"])
    .where("tenant", "=", tenant)
    .where("id", "=", attempt.app)
    .executeTakeFirstOrThrow();
  const row = { ...attempt, ...app, tenant };
  return place.db
    .insertInto("attempts")
    .values(row)
    .onConflict((conflict) => conflict.columns(["tenant", "app", "browserHash"]).doUpdateSet(row))
    .returningAll()
    .executeTakeFirst();
}

export function attemptsIn(place: Place): Attempts {
  return {
    open: (tenant, attempt) => together(place, (within) => openIn(within, tenant, attempt)),

    take: (tenant, { handle, broker, browserHash, hash, now }) =>
      place.db
        .deleteFrom("attempts")
        .where("tenant", "=", tenant)
        .where("handle", "=", handle)
        .where("broker", "=", broker)
        .where("browserHash", "=", browserHash)
        .$if(hash !== undefined, (query) => query.where("hash", "=", hash ?? ""))
        .where("expiresAt", ">", now)
        .returningAll()
        .executeTakeFirst(),
  };
}
