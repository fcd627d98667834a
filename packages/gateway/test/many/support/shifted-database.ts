import { newPostgres, runOn } from "../../support/postgres.js";

/** A PostgreSQL database with a clock of its own, which goes on with the server's from another moment. */
export interface ShiftedDatabase {
  readonly url: string;
  /** Moves its clock. */
  move(ms: number): Promise<void>;
  drop(): Promise<void>;
}

/** @param shiftMs added to the server's clock */
export async function newShiftedDatabase(shiftMs: number): Promise<ShiftedDatabase> {
  const { url, drop } = await newPostgres();
  await runOn(url, "create schema shifted");
  await runOn(url, "create table shifted.clock (ms bigint)");
  await runOn(url, "insert into shifted.clock values ($1)", [shiftMs]);
  await runOn(
    url,
    `create function shifted.clock_timestamp() returns timestamptz language sql volatile as $$
      select pg_catalog.clock_timestamp() + (select ms from shifted.clock) * interval '1 ms' $$`,
  );
  // The built-in functions are looked at first unless they are named in another place.
  const name = new URL(url).pathname.slice(1);
  await runOn(url, `alter database ${name} set search_path = public, shifted, pg_catalog`);
  return {
    url,
    drop,
    move: async (ms) => void (await runOn(url, "update shifted.clock set ms = ms + $1", [ms])),
  };
}
