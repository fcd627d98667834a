import { setImmediate } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { Client } from "pg";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";

export type Row = Readonly<Record<string, unknown>>;

/** What a database is filled by, past the store. */
export interface Filling {
  readonly words: FillingWords;
  ask(query: string): Promise<readonly Row[]>;
  /** Runs one after the other, at one go. */
  run(...statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** What differs between the databases. */
export interface FillingWords {
  /** Whether its work is done in a process of its own. */
  readonly elsewhere: boolean;
  /** What makes it quick: a database that is filled for a measurement may be lost. */
  readonly settings: readonly string[];
  /** Asks for the constraints that each row would be checked by, in the order in which they can be taken away. */
  readonly constraints: string | undefined;
  /** Asks for the indexes. */
  readonly indexes: string;
  /** Takes every connection away, with all that hangs on it. */
  readonly empty: string;
  /** What a database does by itself in time. */
  readonly settle: string;
  bytes(value: Uint8Array): string;
}

const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

const onPostgres: FillingWords = {
  elsewhere: true,
  settings: [
    "set synchronous_commit = off",
    "set maintenance_work_mem = '512MB'",
    "set max_parallel_maintenance_workers = 2",
    "set work_mem = '128MB'",
    "set jit = off",
  ],
  constraints: `select conrelid::regclass as "table", quote_ident(conname) as name, pg_get_constraintdef(oid) as made
    from pg_constraint where contype in ('f', 'p') and 'connections'::regclass in (conrelid, confrelid) order by contype`,
  indexes: `select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as made
    from pg_index where indrelid = 'connections'::regclass and not indisprimary`,
  empty: "truncate connections cascade",
  settle: "vacuum analyze connections",
  bytes: (value) => `'\\x${hex(value)}'`,
};

const onSqlite: FillingWords = {
  elsewhere: false,
  settings: [
    "pragma synchronous = off",
    "pragma foreign_keys = off",
    "pragma secure_delete = off",
    "pragma cache_size = -1000000",
    "pragma temp_store = memory",
    "pragma threads = 2",
  ],
  constraints: undefined,
  indexes:
    "select name, sql as made from sqlite_master where type = 'index' and tbl_name = 'connections' and sql is not null",
  empty: "delete from connections",
  settle: "pragma wal_checkpoint(truncate)",
  bytes: (value) => `x'${hex(value)}'`,
};

const atOnce = (statements: readonly string[]): string => statements.join(";\n");

async function connected(url: string): Promise<Filling> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    words: onPostgres,
    ask: async (query) => (await client.query<Record<string, unknown>>(query)).rows,
    run: async (...statements) => void (await client.query(atOnce(statements))),
    close: () => client.end(),
  };
}

function opened(path: string): Filling {
  const file = new Sqlite(path);
  return {
    words: onSqlite,
    ask: async (query) => file.prepare(query).all() as Row[],
    async run(...statements) {
      // What has been sent to another database by now is on its way before this one holds everything up.
      await setImmediate();
      file.exec(atOnce(statements));
    },
    close: async () => void file.close(),
  };
}

export async function fillingOf(place: StorePlace): Promise<Filling> {
  const filling = "url" in place ? await connected(place.url) : opened(place.file);
  for (const setting of filling.words.settings) await filling.run(setting);
  return filling;
}
