import { type RawBuilder, sql } from "kysely";

/** What differs between the databases, as data. */
export interface Traits {
  readonly name: "sqlite" | "postgres";
  /** Text that sorts by its bytes, in both databases. */
  readonly text: RawBuilder<unknown>;
  readonly integer: RawBuilder<unknown>;
  readonly bytes: RawBuilder<unknown>;
  /** What follows the closing bracket of a table. */
  readonly tableEnd: RawBuilder<unknown> | undefined;
  /** The database's clock, in ms since 1970, UTC; it goes on within a transaction. */
  readonly now: RawBuilder<number>;
  /** Whether a claim must lock its rows, and may step over those that another one has locked. */
  readonly skipsLocked: boolean;
  /** Whether it chooses indexes by what it knows of a table's values, which may have changed since. */
  readonly plansByStatistics: boolean;
}

export const sqlite: Traits = {
  name: "sqlite",
  text: sql`text`,
  integer: sql`integer`,
  bytes: sql`blob`,
  tableEnd: sql`strict`,
  now: sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
  skipsLocked: false,
  plansByStatistics: false,
};

export const postgres: Traits = {
  name: "postgres",
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  bytes: sql`bytea`,
  tableEnd: undefined,
  now: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
  skipsLocked: true,
  plansByStatistics: true,
};
