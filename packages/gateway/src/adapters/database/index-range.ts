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

/**
 * The range as a condition. For PostgreSQL nothing but the tenant is said to be equal: so the rows are in this order by their own
 * index alone, which it then takes. Otherwise it goes by what it takes a table to hold: on the morning when all sessions are over
 * it would look for the last active one in the order of ids, since the evening before that was quickest.
 */
export function inRange({ plansByStatistics }: Traits, { same, order, after, until }: IndexRange) {
  const columns = refs(same.map(([column]) => column));
  const values = texts(same.map(([, value]) => value));
  const [first, ...rest] = refs(order);
  if (!first) throw new Error("A range has an order.");
  const begin = after && [row([first, ...rest]), row(texts(after))];
  const conditions: RawBuilder<unknown>[] = [];
  if (!plansByStatistics) {
    for (const [i, column] of columns.entries()) conditions.push(sql`${column} = ${values[i]}`);
    if (begin) conditions.push(sql`${begin[0]} > ${begin[1]}`);
    if (until) conditions.push(sql`${first} ${sql.raw(until[0])} ${until[1]}`);
  } else {
    if (after)
      conditions.push(sql`${row([...columns, first, ...rest])} > ${row([...values, ...texts(after)])}`);
    else if (columns.length > 0) conditions.push(sql`${row(columns)} >= ${row(values)}`);
    if (until)
      conditions.push(
        sql`${row([...columns, first])} ${sql.raw(until[0])} ${row([...values, ...texts([until[1]])])}`,
      );
    else if (columns.length > 0) conditions.push(sql`${row(columns)} <= ${row(values)}`);
  }
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
