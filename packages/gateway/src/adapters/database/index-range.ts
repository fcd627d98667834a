import { type RawBuilder, sql } from "kysely";
import type { Traits } from "./dialect.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

type Value = string | number;

/** The rows that stand together in an index, in its order. */
export interface IndexRange {
  /** What is the same in all of them, in the order in which it stands in the index. */
  readonly same: readonly (readonly [column: string, value: string])[];
  /** The columns behind, which put them in order. */
  readonly order: readonly string[];
  /** Where they begin: behind these values of `order`. */
  readonly after?: readonly Value[] | undefined;
  /** Where they end: a bound of the first column of `order`. */
  readonly until?: readonly ["<" | "<=", number] | undefined;
}

const row = (values: readonly RawBuilder<unknown>[]) => sql`(${sql.join(values)})`;
const refs = (columns: readonly string[]) => columns.map((column) => sql.ref(column));
const texts = (values: readonly Value[]) => values.map((value) => sql`${value}`);

/** The range for PostgreSQL. */
function boundsOf({ same, order, after, until }: IndexRange) {
  const [first, ...rest] = refs(order);
  if (!first) throw new Error("A range has an order.");
  const named = same.map(([column, value]) => [sql.ref(column), sql`${value}`] as const);
  const equal = until ? named : named.slice(0, -1);
  const conditions = equal.map(([column, value]) => sql`${column} = ${value}`);
  const last = until ? undefined : named.at(-1);
  if (after) {
    const [columns, values] = last ? [[last[0]], [last[1]]] : [[], []];
    const behind = row([...values, ...texts(after)]);
    conditions.push(sql`${row([...columns, first, ...rest])} > ${behind}`);
  } else if (last) conditions.push(sql`${last[0]} >= ${last[1]}`);
  if (last) conditions.push(sql`${last[0]} <= ${last[1]}`);
  if (until) conditions.push(sql`${first} ${sql.raw(until[0])} ${until[1]}`);
  // Says nothing new, but by what other index than its own could it be told?
  if (until && named.length > 1)
    conditions.push(sql`${row(named.map(([column]) => column))} >= ${row(named.map(([, value]) => value))}`);
  return conditions;
}

/**
 * The range as a condition. PostgreSQL stops at the first entry of an index that fails a condition on a column behind equal ones;
 * where rows are compared as a whole it goes by the first of their columns, and reads on. So every column is said to be equal where
 * the order has a bound. Where it has none the last one is said to lie between itself and itself: were it equal too, the rows would
 * be in the order of ids by the index of ids alone, and PostgreSQL takes that by what it knows of a table: on the morning when all
 * sessions are over it would look for the last active one in the order of ids, since the evening before that was quickest.
 */
export function inRange({ plansByStatistics }: Traits, range: IndexRange) {
  if (plansByStatistics) return sql<boolean>`(${sql.join(boundsOf(range), sql` and `)})`;
  const { same, order, after, until } = range;
  const [first, ...rest] = refs(order);
  if (!first) throw new Error("A range has an order.");
  const conditions = same.map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  if (after) conditions.push(sql`${row([first, ...rest])} > ${row(texts(after))}`);
  if (until) conditions.push(sql`${first} ${sql.raw(until[0])} ${until[1]}`);
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}

/** The columns by which its index puts a range in order. */
export const orderOf = ({ plansByStatistics }: Traits, { same, order }: IndexRange): readonly string[] =>
  plansByStatistics ? [...same.map(([column]) => column), ...order] : order;

/** What a reading by index alone does without; a plan that must sort after all seems too dear to go without compilation. */
export const settingsOff = [
  "enable_sort",
  "enable_incremental_sort",
  "enable_bitmapscan",
  "enable_seqscan",
  "jit",
] as const;

/**
 * Runs the work where PostgreSQL may read rows in the order of an index only. Of rows that it takes for few it would read all,
 * and then sort them; a table that has grown or changed since it was looked at holds many.
 */
export function byIndexAlone<T>(place: Place, work: (within: Place) => Promise<T>): Promise<T> {
  if (!place.traits.plansByStatistics) return work(place);
  return together(place, async (within) => {
    await sql`select ${sql.join(settingsOff.map((name) => sql`set_config(${name}, 'off', true)`))}`.execute(
      within.db,
    );
    return work(within);
  });
}
