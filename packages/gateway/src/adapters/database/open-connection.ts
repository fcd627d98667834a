import { inTransaction } from "./in-transaction.js";
import type { Place, Tables } from "./tables.js";

/** The tenant's connection, unless it is closed; on PostgreSQL nobody else changes it until the transaction's end. */
export function openConnection(
  { db, traits }: Place,
  tenant: string,
  id: string,
): Promise<Pick<Tables["connections"], "id" | "app"> | undefined> {
  return db
    .selectFrom("connections")
    .select(["id", "app"])
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .where("status", "<>", "closed")
    .$if(traits.skipsLocked, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
}

/** Runs the work in a transaction: in the one that is open, or in one of its own. */
export function together<T>(place: Place, work: (within: Place) => Promise<T>): Promise<T> {
  if (place.db.isTransaction) return work(place);
  return inTransaction(place, work);
}
