import { sql } from "kysely";
import type { App } from "../../ports/apps.js";
import type { Connection } from "../../ports/connections.js";
import type { RetiredKey, VaultKeyRecord } from "../../ports/vault-records.js";
import type { Webhook } from "../../ports/webhooks.js";
import { appFrom } from "./apps.js";
import { summaryColumns } from "./connection-columns.js";
import { dueConnections, dueDeliveries, endingVendorSessions, onlyLooking } from "./due-statements.js";
import { guarded } from "./guard.js";
import { migrationsDone, thisVersion } from "./migrate.js";
import { openToRead } from "./open-reader.js";
import type { StorePlace } from "./open-store.js";
import type { Place } from "./tables.js";
import { vaultRecordsIn } from "./vault-records.js";

/** How far a database's tables are. */
export interface TablesState {
  /** How many migrations it has had; 0 where it is empty. */
  readonly had: number;
  /** How many of this version's it lacks. */
  readonly lacking: number;
  /** How many it has had that this version doesn't know. */
  readonly foreign: number;
}

/** Whether a PostgreSQL's changes wait for followers, and which are there. */
export interface Following {
  /** `synchronous_standby_names`; empty where no change of ours waits for a follower. */
  readonly names: string;
  /** Followers that changes may wait for (`sync` or `quorum`). */
  readonly synchronous: number;
  /** Followers of which this role may not see what they are: it lacks `pg_read_all_stats`. */
  readonly unseen: number;
}

/** What a PostgreSQL says of itself. */
export interface ServerState {
  readonly version: string;
  readonly versionNumber: number;
  readonly standby: boolean;
  /** Whether `default_transaction_read_only` is on for whoever comes to it: it was fenced off. */
  readonly fenced: boolean;
  /** Settings by which a crash may take back what was told to be written. */
  readonly unsafe: readonly string[];
  readonly connectionsLeft: number;
  readonly following: Following;
}

/** Since when the longest waiting work of each kind has been due; ms since 1970, UTC, `null` where none is. */
export interface Due {
  readonly connections: number | null;
  readonly deliveries: number | null;
  readonly vendorSessions: number | null;
}

export type TroubledWebhook = Pick<Webhook, "tenant" | "id" | "failingSince" | "pausedAt">;
export type OwnProxy = Pick<Connection, "tenant" | "id" | "app" | "egress" | "sealedEgress">;

/** What `doctor` looks at: of the whole installation, only to be read, whatever state the database is in. */
export interface DatabaseLook {
  clock(): Promise<number>;
  tables(): Promise<TablesState>;
  /** `undefined` on SQLite. */
  server(): Promise<ServerState | undefined>;
  keys(): Promise<readonly VaultKeyRecord[]>;
  retiredKeys(): Promise<readonly RetiredKey[]>;
  /** Of tenants that have not ended. */
  apps(limit: number): Promise<readonly App[]>;
  /** Connections with proxies of their own. */
  ownProxies(limit: number): Promise<readonly OwnProxy[]>;
  troubledWebhooks(limit: number): Promise<readonly TroubledWebhook[]>;
  /** @param now the database's, in ms */
  due(now: number): Promise<Due>;
  close(): Promise<void>;
}

async function tablesOf(place: Place): Promise<TablesState> {
  const had = await migrationsDone(place);
  const foreign = had.filter((name) => !thisVersion.includes(name)).length;
  return { had: had.length, lacking: thisVersion.length - (had.length - foreign), foreign };
}

async function fencedAt(url: string): Promise<boolean> {
  const { isFenced } = await import("./open-postgres.js");
  return guarded(() => isFenced(url));
}

async function serverOf({ db }: Place, at: StorePlace): Promise<ServerState | undefined> {
  if (!("url" in at)) return undefined;
  const asked = sql<
    Omit<ServerState, "unsafe" | "fenced" | "following"> &
      Following & { readonly syncs: string; readonly commits: string }
  >`
    select current_setting('server_version') as "version",
      current_setting('server_version_num')::int as "versionNumber",
      pg_is_in_recovery() as "standby",
      current_setting('fsync') as "syncs",
      current_setting('synchronous_commit') as "commits",
      current_setting('synchronous_standby_names') as "names",
      (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum'))::int as "synchronous",
      (select count(*) from pg_stat_replication where sync_state is null)::int as "unseen",
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as "connectionsLeft"`;
  const [row] = (await asked.execute(db)).rows;
  if (!row) return undefined;
  const { syncs, commits, version, names, synchronous, unseen, ...rest } = row;
  const waits = !["off", "local"].includes(commits);
  const unsafe = [
    ...(syncs === "off" ? ["fsync"] : []),
    ...(commits === "off" ? ["synchronous_commit"] : []),
  ];
  return {
    ...rest,
    fenced: await fencedAt(at.url),
    version: /^[\d.]+/.exec(version)?.[0] ?? "",
    unsafe,
    following: { names: waits ? names.trim() : "", synchronous, unseen },
  };
}

async function dueIn(within: Place, now: number): Promise<Due> {
  const place = onlyLooking(within);
  const wish = { now, limit: 1, owner: "doctor", ms: 0 };
  const [connection, delivery, vendor] = [
    await dueConnections(place, wish).executeTakeFirst(),
    await dueDeliveries(place, wish).select("dueAt").executeTakeFirst(),
    await endingVendorSessions(place, { ...wish, endsBefore: now })
      .select("endsAt")
      .executeTakeFirst(),
  ];
  return {
    connections: connection?.dueAt ?? null,
    deliveries: delivery?.dueAt ?? null,
    vendorSessions: vendor?.endsAt ?? null,
  };
}

/**
 * Opens the database to be looked at, beside gateways that run. It writes nothing.
 * @throws StoreProblem as `openReader`, but `store_older`; so does every method
 */
export async function openLook(at: StorePlace): Promise<DatabaseLook> {
  const { within, close } = await openToRead(at);
  const { db, traits } = within;
  const records = vaultRecordsIn(within);
  return {
    close,
    tables: () => tablesOf(within),
    server: () => serverOf(within, at),
    keys: records.keys,
    retiredKeys: records.retired,
    due: (now) => dueIn(within, now),
    async clock() {
      const [row] = (await sql<{ now: number }>`select ${traits.now} as now`.execute(db)).rows;
      return row?.now ?? Number.NaN;
    },
    async apps(limit) {
      const living = db.selectFrom("tenants").select("id").where("endedAt", "is", null);
      const rows = await db
        .selectFrom("apps")
        .selectAll()
        .where("tenant", "in", living)
        .orderBy("tenant")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(appFrom);
    },
    ownProxies: (limit) =>
      db
        .selectFrom("connections")
        .select([...summaryColumns, "sealedEgress"])
        .where("sealedEgress", "is not", null)
        .where("status", "<>", "closed")
        .orderBy("tenant")
        .orderBy("id")
        .limit(limit)
        .execute(),
    troubledWebhooks: (limit) =>
      db
        .selectFrom("webhooks")
        .select(["tenant", "id", "failingSince", "pausedAt"])
        .where("endedAt", "is", null)
        .where(({ or, eb }) => or([eb("failingSince", "is not", null), eb("pausedAt", "is not", null)]))
        .orderBy("tenant")
        .orderBy("id")
        .limit(limit)
        .execute(),
  };
}
