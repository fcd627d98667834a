import { type SelectQueryBuilder, sql } from "kysely";
import { type IndexRange, inRange, orderOf } from "./index-range.js";
import type { Place, Tables } from "./tables.js";

type Query<T> = SelectQueryBuilder<Tables, "connections", T>;

/**
 * The first connections of several ranges together, in the order that they have in common. Each is read by an index of its own,
 * and no further than is asked for: so what is read does not grow with the table, as it would where one index has to do for all.
 */
export function firstOfAll<T>(
  { db, traits }: Place,
  query: Query<T>,
  ranges: readonly IndexRange[],
  limit: number,
) {
  const within = (range: IndexRange): Query<T> => {
    let ordered = query.where(inRange(traits, range));
    for (const column of orderOf(traits, range)) ordered = ordered.orderBy(sql.ref(column));
    return ordered.limit(sql.lit(limit));
  };
  // A part of a union has an order of its own in a query of its own alone.
  const [first, ...others] = ranges.map((range) => db.selectFrom(within(range).as("part")).selectAll());
  if (!first) throw new Error("There is nothing to ask for.");
  let all = first;
  for (const other of others) all = all.unionAll(other);
  for (const column of ranges[0]?.order ?? []) all = all.orderBy(sql.ref(column));
  return all.limit(sql.lit(limit));
}
