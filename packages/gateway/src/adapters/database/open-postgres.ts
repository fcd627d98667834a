import { Kysely, PostgresDialect } from "kysely";
import { type ClientBase, type CustomTypesConfig, type Pool, types } from "pg";
import type { Store } from "../../ports/store.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { postgresChanges } from "./changes-postgres.js";
import { ColumnNames } from "./column-names.js";
import { postgres } from "./dialect.js";
import { guardDialect } from "./guard.js";
import { isOfThisVersion, migrate } from "./migrate.js";
import { Watch, WatchedClient, type WatchedConfig } from "./postgres-client.js";
import { connectionsAtWork } from "./postgres-connections.js";
import { LinePool, type PoolLine } from "./postgres-pool.js";
import { checkVersion } from "./postgres-version.js";
import { makeStore } from "./store.js";
import type { OpenPlace, Tables } from "./tables.js";

const int8 = 20;

/** Numbers for 64-bit integers, in this pool alone: all of ours are times in ms or counts. */
const numbers: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 && format !== "binary" ? Number : types.getTypeParser(oid, format),
};

/** All 64 bits, for rows that are moved. */
const wholeNumbers: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 && format !== "binary" ? BigInt : types.getTypeParser(oid, format),
};

/** How long the database may take; all times in ms. */
export interface Patience extends PoolLine {
  /** For a new connection. */
  readonly connectionTimeoutMillis: number;
  readonly promptMs: number;
  readonly query_timeout: number;
  readonly statement_timeout: number;
  readonly idle_in_transaction_session_timeout: number;
}

/** How a client behaves; all times in ms. */
const watched = {
  connectionTimeoutMillis: 5_000,
  standstillMs: 5_000,
  longestWaitMs: 20_000,
  mostWaiting: 1_000,
  // Before a statement of its own may fail, the database's answer to it is waited for.
  query_timeout: 35_000,
  promptMs: 5_000,
  statement_timeout: 30_000,
  // Shorter than a statement may take: who waits for a row of a gateway that hangs gets it in the end.
  idle_in_transaction_session_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  application_name: "kunji-gateway",
  mustWrite: true,
} satisfies WatchedConfig & Patience;

function checkUrl(url: string): void {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  if (!parts || !/^postgres(?:ql)?:$/.test(parts.protocol) || parts.pathname.length < 2)
    throw new StoreProblem(
      "store_url_invalid",
      "DATABASE_URL must look like postgres://user:password@host:5432/database, with special characters percent-encoded.",
    );
}

type PoolWish = WatchedConfig & Pick<Patience, "connectionTimeoutMillis" | keyof PoolLine>;

/** The pool's class makes its clients by their class alone. */
function clientsOf(watch: Watch, connectionTimeoutMillis: number): new () => ClientBase {
  return class extends WatchedClient {
    constructor(config: WatchedConfig = {}) {
      super({ ...config, connectionTimeoutMillis }, watch);
    }
  };
}

function makePool(config: PoolWish, integers = numbers): Pool {
  const Client = clientsOf(new Watch(), config.connectionTimeoutMillis);
  const pool = new LinePool({ ...config, max: connectionsAtWork, types: integers, Client }, config);
  // Without listeners, a connection that the server ends would end this process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** A pool whose every transaction may only read. @throws StoreProblem `store_url_invalid` */
export function makeReadingPool(url: string): Pool {
  checkUrl(url);
  const options = "-c default_transaction_read_only=on";
  return makePool({ ...watched, mustWrite: false, connectionString: url, options });
}

/** Whether whoever comes to it by this URL is told that nothing may be changed; a pool to read would say so of itself. */
export async function isFenced(url: string): Promise<boolean> {
  checkUrl(url);
  const client = new WatchedClient({ ...watched, mustWrite: false, connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("select current_setting('default_transaction_read_only') as fenced");
    return rows[0]?.fenced === "on";
  } finally {
    client.cut();
  }
}

const hour = 3_600_000;

/** A migration may write every row of a large table anew, and another gateway waits meanwhile to find it done. */
const migrating = {
  query_timeout: hour,
  statement_timeout: hour,
  idle_in_transaction_session_timeout: 60_000,
} satisfies Partial<Patience>;

/** Where a million rows are moved, a statement may take its time, and a slow disk between two of them. */
export const longPatience = {
  promptMs: hour,
  query_timeout: hour,
  statement_timeout: hour,
  idle_in_transaction_session_timeout: hour,
} satisfies Partial<Patience>;

/** As `makeReadingPool`, for a long reading; integers come with all their 64 bits. @throws StoreProblem `store_url_invalid` */
export function makeSnapshotPool(url: string): Pool {
  checkUrl(url);
  const options = "-c default_transaction_read_only=on";
  return makePool(
    { ...watched, ...longPatience, mustWrite: false, connectionString: url, options },
    wholeNumbers,
  );
}

function placeOn(config: PoolWish): OpenPlace {
  const dialect = guardDialect(new PostgresDialect({ pool: async () => makePool(config) }));
  const db = new Kysely<Tables>({ dialect, plugins: [new ColumnNames()] });
  return { place: { db, traits: postgres }, close: () => db.destroy() };
}

async function migrateOn(config: PoolWish): Promise<void> {
  const { place, close } = placeOn(config);
  try {
    await migrate(place);
  } finally {
    await close();
  }
}

/**
 * A PostgreSQL of version 14 or later, brought to this version's tables.
 * @param patience what differs from the usual patience with a database that does not answer
 * @throws StoreProblem `store_url_invalid`, `store_unreachable`, `store_too_old`, `store_newer`, `store_failed`
 */
export async function openPostgresPlace(url: string, patience: Partial<Patience> = {}): Promise<OpenPlace> {
  checkUrl(url);
  const config = { ...watched, ...patience, connectionString: url };
  const opened = placeOn(config);
  try {
    await checkVersion(opened.place.db);
    if (!(await isOfThisVersion(opened.place))) await migrateOn({ ...config, ...migrating });
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

/** The store on a PostgreSQL, which any number of gateways may share. @throws as `openPostgresPlace` */
export async function openPostgres(url: string, patience: Partial<Patience> = {}): Promise<Store> {
  const { place, close } = await openPostgresPlace(url, patience);
  const changes = postgresChanges(() => ({ ...watched, ...patience, connectionString: url }));
  return makeStore(place, changes, close);
}
