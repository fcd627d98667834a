import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { ConnectionSummary } from "../../ports/connections.js";
import { summaryColumns } from "./connection-columns.js";
import type { Place, Tables } from "./tables.js";

/** Which of a tenant's connections. */
export type Which = (row: ExpressionBuilder<Tables, "connections">) => Expression<SqlBool>;

/**
 * A tenant's connections as they stay until the transaction's end. On PostgreSQL they are locked in the order of ids, whoever
 * changes several: two transactions that want the same ones wait, and neither for the other.
 */
export function heldConnections(
  { db, traits }: Place,
  tenant: string,
  which: Which,
): Promise<readonly ConnectionSummary[]> {
  return db
    .selectFrom("connections")
    .select(summaryColumns)
    .where("tenant", "=", tenant)
    .where(which)
    .orderBy("id")
    .$if(traits.skipsLocked, (query) => query.forNoKeyUpdate())
    .execute();
}
