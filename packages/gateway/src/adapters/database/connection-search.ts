import { sql } from "kysely";
import type { ConnectionSummary } from "../../ports/connections.js";
import { summaryColumns } from "./connection-columns.js";
import { byIndexAlone } from "./index-range.js";
import type { Place } from "./tables.js";

/** The last character there is: what begins with a text comes before the text with it. */
const last = "\u{10ffff}";

/** The statement behind those whose user, or account, begins with a text. */
export const beginningWith = (
  { db }: Place,
  column: "user" | "account",
  tenant: string,
  text: string,
  limit: number,
) =>
  db
    .selectFrom("connections")
    .select(summaryColumns)
    .where("tenant", "=", tenant)
    .where(column, ">=", text)
    .where(column, "<", `${text}${last}`)
    .orderBy(column)
    .orderBy("id")
    .limit(sql.lit(limit));

/** Those whose id, user or account is a text, or whose user or account begins with it. */
export async function searchConnections(
  place: Place,
  tenant: string,
  text: string,
  limit: number,
): Promise<readonly ConnectionSummary[]> {
  const found = await byIndexAlone(place, async (within) => [
    ...(await within.db
      .selectFrom("connections")
      .select(summaryColumns)
      .where("tenant", "=", tenant)
      .where("id", "=", text)
      .execute()),
    ...(await beginningWith(within, "user", tenant, text, limit).execute()),
    ...(await beginningWith(within, "account", tenant, text, limit).execute()),
  ]);
  const once = new Map(found.map((row) => [row.id, row]));
  // What is the text itself comes first: it may not fall to the limit.
  const rank = ({ id, user, account }: ConnectionSummary) => Number(![id, user, account].includes(text));
  const byId = (a: ConnectionSummary, b: ConnectionSummary) => (a.id < b.id ? -1 : 1);
  return [...once.values()]
    .sort((a, b) => rank(a) - rank(b) || byId(a, b))
    .slice(0, limit)
    .sort(byId);
}
