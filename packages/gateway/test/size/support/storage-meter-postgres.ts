import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { connectionsAtWork } from "../../../src/adapters/database/postgres-connections.js";
import type { Store } from "../../../src/ports/store.js";
import type { RowsWritten, StorageMeter, Written } from "./storage-meter.js";

/** A server process tells what it has counted once in a second at most, at the end of a statement. ms */
const countedMs = 1_100;

/** All of them go up only. Whoever writes gets the next transaction's number; whoever reads gets none. */
const countersQuery = `
  select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as "walBytes",
    pg_snapshot_xmax(pg_current_snapshot())::text::float8 as transactions,
    (select wal_fpi::float8 from pg_stat_wal) as "fullPages",
    (select json_object_agg(relname, json_build_array(n_tup_ins, n_tup_upd, n_tup_del)) from pg_stat_user_tables) as rows`;

const sizesQuery = `
  select relname as name, pg_table_size(oid)::float8 as "table", pg_indexes_size(oid)::float8 as indexes
  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;

/** The gateway's own tables: the server's are no matter here, and many. */
const tablesQuery = `
  select string_agg(quote_ident(relname), ', ') as names
  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;

interface Counters {
  readonly walBytes: number;
  readonly transactions: number;
  readonly fullPages: number;
  readonly rows: Readonly<Record<string, readonly [inserted: number, updated: number, deleted: number]>>;
}

function rowsBetween({ rows: before }: Counters, { rows: after }: Counters): Record<string, RowsWritten> {
  const written: Record<string, RowsWritten> = {};
  for (const [name, counted] of Object.entries(after)) {
    const [inserted = 0, updated = 0, deleted = 0] = counted.map((now, i) => now - (before[name]?.[i] ?? 0));
    if (inserted + updated + deleted > 0) written[name] = { inserted, updated, deleted };
  }
  return written;
}

const between = (before: Counters, after: Counters): Written => ({
  transactions: after.transactions - before.transactions,
  walBytes: after.walBytes - before.walBytes,
  fullPages: after.fullPages - before.fullPages,
  rows: rowsBetween(before, after),
});

/** @param store the gateway's own, whose connections are made to tell what they have counted */
export async function postgresMeter(url: string, store: Store): Promise<StorageMeter> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const [found] = (await client.query<{ names: string }>(tablesQuery)).rows;
  const tables = found?.names ?? "";
  let last: Counters | undefined;

  async function look(): Promise<Counters> {
    const { rows } = await client.query<Counters & Record<string, unknown>>(countersQuery);
    if (!rows[0]) throw new Error("PostgreSQL tells no counters.");
    return rows[0];
  }

  async function counted(): Promise<Counters> {
    await wait(countedMs);
    await Promise.all([
      client.query("select 1"),
      ...Array.from({ length: connectionsAtWork }, () => store.clock()),
    ]);
    last = await look();
    return last;
  }

  /** What is no work of the gateway's is not counted as such. */
  async function besides(statement: string): Promise<void> {
    await client.query(statement);
    last = undefined;
  }

  /** What was counted last, where nothing was written since. */
  async function before(): Promise<Counters> {
    const now = await look();
    return last?.transactions === now.transactions ? { ...last, walBytes: now.walBytes } : counted();
  }

  return {
    async measure(work) {
      const begun = await before();
      await work();
      return between(begun, await counted());
    },
    async measureAfterCheckpoint(work) {
      await besides("checkpoint");
      const begun = await look();
      await work();
      return (await look()).walBytes - begun.walBytes;
    },
    cleanUp: () => besides(`vacuum ${tables}`),
    async sizes({ packed = false } = {}) {
      await besides(`vacuum ${packed ? "full " : ""}${tables}`);
      const { rows } = await client.query<{ name: string; table: number; indexes: number }>(sizesQuery);
      return Object.fromEntries(rows.map(({ name, table, indexes }) => [name, { table, indexes }]));
    },
    close: () => client.end(),
  };
}
