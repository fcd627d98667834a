import { runOn } from "../../support/postgres.js";

/** The clock of a PostgreSQL database, which goes on with the server's from another moment. */
export interface ShiftedClock {
  move(ms: number): Promise<void>;
}

/** Gives a database a clock of its own, for whoever connects from now on. @param shiftMs added to the server's clock */
export async function shiftClock(databaseUrl: string, shiftMs: number): Promise<ShiftedClock> {
  await runOn(databaseUrl, "create schema shifted");
  await runOn(databaseUrl, "create table shifted.clock (ms bigint)");
  await runOn(databaseUrl, "insert into shifted.clock values ($1)", [Math.round(shiftMs)]);
  await runOn(
    databaseUrl,
    `create function shifted.clock_timestamp() returns timestamptz language sql volatile as $$
      select pg_catalog.clock_timestamp() + (select ms from shifted.clock) * interval '1 ms' $$`,
  );
  // The built-in functions are looked at first unless they are named in another place.
  const name = new URL(databaseUrl).pathname.slice(1);
  await runOn(databaseUrl, `alter database ${name} set search_path = public, shifted, pg_catalog`);
  return {
    move: async (ms) => void (await runOn(databaseUrl, "update shifted.clock set ms = ms + $1", [ms])),
  };
}
