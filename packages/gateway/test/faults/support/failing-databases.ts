import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { localChanges } from "../../../src/adapters/database/changes-local.js";
import { ColumnNames } from "../../../src/adapters/database/column-names.js";
import { sqlite } from "../../../src/adapters/database/dialect.js";
import { guardDialect } from "../../../src/adapters/database/guard.js";
import { openPostgres } from "../../../src/adapters/database/open-postgres.js";
import { openStore } from "../../../src/adapters/database/open-store.js";
import { connectSqlite } from "../../../src/adapters/database/sqlite-connection.js";
import { makeStore } from "../../../src/adapters/database/store.js";
import type { Tables } from "../../../src/adapters/database/tables.js";
import type { TestDatabase } from "../../support/databases.js";
import { newPostgres, runOn } from "../../support/postgres.js";
import { openCommitRelay, type WayFault } from "./commit-relay.js";

/** A database that fails when it is told to. */
export interface FailingDatabase {
  readonly database: TestDatabase;
  readonly faults: readonly string[];
  /** The `nth` change from now on, counted from 1, meets the fault. On a file all of them do, for a quarter of a second. */
  arm(fault: string, nth: number): Promise<void>;
  /** The database is well again. Answers whether the change came that the fault was for. */
  disarm(): Promise<boolean>;
  close(): Promise<void>;
}

/** As in life, but that a test need not wait. */
const patience = { query_timeout: 400, promptMs: 400, standstillMs: 400, connectionTimeoutMillis: 400 };
/** Longer than that. */
const lateMs = 700;

/** Faults that PostgreSQL tells of itself, by its codes: at a statement that changes something, or as a transaction ends. */
const told: Readonly<Record<string, { readonly code: string; readonly at: "statement" | "commit" }>> = {
  "a lock that is not to be had": { code: "55P03", at: "statement" },
  "a full disk": { code: "53100", at: "statement" },
  "no changes allowed": { code: "25006", at: "statement" },
  "a deadlock": { code: "40P01", at: "statement" },
  "a serialization failure": { code: "40001", at: "commit" },
};
const onTheWay: Readonly<Record<string, WayFault>> = {
  "a connection lost before the commit": "cut before",
  "a connection lost behind the commit": "cut behind",
  "a connection half closed behind the commit": "half-closed behind",
  "a commit that is late": "late",
};

/** Lets every table raise what is written in `fault_armed`, at the change whose number is written there. */
const triggers = `
create table fault_armed (code text, place text, nth bigint);
insert into fault_armed values (null, null, 0);
create sequence fault_seen;
create function raise_fault() returns trigger language plpgsql as $$
declare armed fault_armed;
begin
  select * into armed from fault_armed;
  if armed.place = tg_argv[0] and nextval('fault_seen') = armed.nth then
    raise exception 'a fault' using errcode = armed.code;
  end if;
  return null;
end $$;
do $$
declare name text;
begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename !~ '^(fault|kysely)' loop
    execute format('create trigger fault_statement after insert or update or delete on %I
      for each statement execute function raise_fault(''statement'')', name);
    execute format('create constraint trigger fault_commit after insert or update or delete on %I
      deferrable initially deferred for each row execute function raise_fault(''commit'')', name);
  end loop;
end $$;`;

async function onPostgres(): Promise<FailingDatabase> {
  const { url, drop } = await newPostgres();
  const relay = await openCommitRelay(url);
  await (await openStore({ url })).close();
  await runOn(url, triggers);
  const set = (code: string | null, place: string | null, nth: number) =>
    runOn(
      url,
      `alter sequence fault_seen restart; update fault_armed set nth = ${nth},
        code = ${code ? `'${code}'` : "null"}, place = ${place ? `'${place}'` : "null"}`,
    );
  return {
    database: { place: { url }, open: () => openPostgres(relay.url, patience), drop },
    faults: [...Object.keys(told), ...Object.keys(onTheWay)],
    async arm(fault, nth) {
      const { code, at } = told[fault] ?? {};
      if (code && at) await set(code, at, nth);
      else relay.arm(onTheWay[fault] as WayFault, nth, lateMs);
    },
    async disarm() {
      const [seen] = await runOn(
        url,
        "select nth <= last_value and is_called as struck from fault_armed, fault_seen",
      );
      const [armed] = await runOn(url, "select code from fault_armed");
      await set(null, null, 0);
      return relay.disarm() || (armed?.code !== null && seen?.struck === true);
    },
    close: () => relay.close(),
  };
}

/** How long a fault of a file lasts, in ms: what tries persistently comes through behind it. */
const lastsMs = 250;

async function onFile(): Promise<FailingDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "kunji-failing-"));
  const file = join(folder, "gateway.sqlite");
  await (await openStore({ file })).close();
  const own = connectSqlite(file);
  own.pragma("busy_timeout = 20");
  const db = new Kysely<Tables>({
    dialect: guardDialect(new SqliteDialect({ database: own })),
    plugins: [new ColumnNames()],
  });
  const store = makeStore({ db, traits: sqlite }, localChanges(), () => db.destroy());
  const other = new Sqlite(file);
  const begin: Readonly<Record<string, () => () => void>> = {
    "a lock that is not to be had": () => {
      other.exec("begin immediate");
      return () => void other.exec("rollback");
    },
    "a full disk": () => {
      // Not a page more, and none of those that were free.
      own.exec("vacuum");
      own.pragma(`max_page_count = ${own.pragma("page_count", { simple: true })}`);
      return () => void own.pragma("max_page_count = 1073741823");
    },
    "no changes allowed": () => {
      own.pragma("query_only = on");
      return () => void own.pragma("query_only = off");
    },
  };
  let end: (() => void) | undefined;
  const mend = () => {
    end?.();
    end = undefined;
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    database: {
      place: { file },
      open: async () => store,
      drop: () => rm(folder, { recursive: true, force: true }),
    },
    faults: Object.keys(begin),
    async arm(fault, nth) {
      // All changes meet it at once: there is no second one to wait for.
      if (nth > 1) return;
      end = begin[fault]?.();
      timer = setTimeout(mend, lastsMs);
    },
    async disarm() {
      clearTimeout(timer);
      const struck = timer !== undefined;
      timer = undefined;
      mend();
      return struck;
    },
    async close() {
      other.close();
    },
  };
}

/** Both kinds of database, for `describe.each`. */
export const failingDatabases = [
  ["SQLite", onFile],
  ["PostgreSQL", onPostgres],
] as const;
