import { type SelectQueryBuilder, sql } from "kysely";
import type { Place, Tables } from "./tables.js";

/**
 * The first rows of several queries together. Each is in this order by an index of its own, and brings no more than is asked
 * for: so what is read does not grow with the table, as it would where one index has to do for all.
 */
export function firstOfAll<T>(
  { db }: Place,
  queries: readonly SelectQueryBuilder<Tables, "connections", T>[],
  order: readonly string[],
  limit: number,
) {
  const within = (query: SelectQueryBuilder<Tables, "connections", T>) => {
    let ordered = query;
    for (const column of order) ordered = ordered.orderBy(sql.ref(column));
    return ordered.limit(sql.lit(limit));
  };
  // A part of a union has an order of its own in a query of its own alone.
  const [first, ...others] = queries.map((query) => db.selectFrom(within(query).as("part")).selectAll());
  if (!first) throw new Error("There is nothing to ask for.");
  let all = first;
  for (const other of others) all = all.unionAll(other);
  for (const column of order) all = all.orderBy(sql.ref(column));
  return all.limit(sql.lit(limit));
}
