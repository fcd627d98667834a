import Sqlite from "better-sqlite3";
import { Client } from "pg";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";
import { t0 } from "../../support/rows.js";

/** What of a connection depends on its number `n.i`: SQL that means the same on both databases. */
export interface Shape {
  readonly status: string;
  readonly broker: string;
  /** ms since 1970, UTC, or `null`; asked only where there is a session. */
  readonly endsAt: string;
  readonly carriedUntil: string;
  readonly dueAt: string;
}

const sessions = `('active', 'unsure')`;
export const brokers = ["ventura", "autoshares", "nuvama", "zebu", "rmoney"] as const;
const brokerInTurn = `case n.i % 5 ${brokers.map((name, i) => `when ${i} then '${name}'`).join(" ")} end`;
export const hour = 3_600_000;
/** The moment that readiness is asked for. */
export const open = t0 + 20 * hour;

const usual: Shape = {
  status: "'active'",
  broker: brokerInTurn,
  endsAt: `${open} + 1 + n.i`,
  carriedUntil: "case when n.broker = 'zebu' then 0 end",
  dueAt: `${open} + n.i`,
};

/** How a tenant's connections may lie. */
export const shapes = {
  /** A little of everything. */
  usual: {
    ...usual,
    status: `case when n.i % 50 = 1 then 'login_needed' when n.i % 50 = 2 then 'closed' when n.i % 50 = 3 then 'new'
      when n.i % 5000 = 4 then 'unsure' when n.i % 5000 = 5 then 'pending' else 'active' end`,
    endsAt: `case when n.i % 100 = 7 then ${open} - n.i else ${open} + 1 + n.i end`,
  },
  /** One user must log in. */
  one: { ...usual, status: `case when n.i = 7 then 'login_needed' else 'active' end` },
  /** The morning: everybody's session is over. */
  morning: { ...usual, status: "'login_needed'" },
  /** The broker is away: nobody knows. */
  unsure: { ...usual, status: "'unsure'", endsAt: `${open} - 1` },
  /** All end at one moment, a little before the open. */
  together: { ...usual, endsAt: `${open} - 1`, dueAt: `${open} - 1` },
  /** Ten that live, beside all that were closed. */
  closed: {
    ...usual,
    status: `case when n.i % 100000 = 9 then 'active' else 'closed' end`,
    endsAt: `${open} - n.i`,
  },
  /** Sessions end before the open, and renewals carry all but one of them over it. */
  carried: {
    ...usual,
    broker: "'zebu'",
    endsAt: `${open} - 1 - n.i`,
    carriedUntil: `case when n.i = 7 then ${open} - 1 else 8640000000000000 end`,
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;

/** Tenants named `<name>0`, `<name>1`, … that share these connections, each with one app at each broker. */
export interface Size {
  readonly name: string;
  readonly tenants: number;
  readonly connections: number;
  readonly shape: ShapeName;
}

const numbers = (count: number) =>
  `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`;

/** Ids lie in no order that statuses or ends lie in. */
export function fillStatements({ name, tenants, connections, shape }: Size): readonly string[] {
  const { status, broker, endsAt, carriedUntil, dueAt } = shapes[shape];
  return [
    `insert into tenants (id, name, last_sequence, last_audit, created_at)
     ${numbers(tenants)} select '${name}' || i, '${name}', 0, 0, ${t0} from n where true on conflict do nothing`,
    ...brokers.map(
      (
        at,
      ) => `insert into apps (tenant, id, broker, environment, sealed_keys, return_urls, handle, created_at, updated_at)
     ${numbers(tenants)} select '${name}' || i, '${at}', '${at}', 'sandbox', a.sealed_keys, '[]', '${name}-${at}-' || i, ${t0}, ${t0}
     from n, (select sealed_keys from apps limit 1) a where true on conflict do nothing`,
    ),
    `insert into connections (tenant, id, app, broker, "user", account, status, generation, return_url, sealed_session,
       started_at, used_at, ends_at, carried_until, due_at, created_at, updated_at)
     ${numbers(connections)}, rows as (
       select n.i, '${name}' || (n.i % ${tenants}) as tenant, ${broker} as broker, ${status} as status from n)
     select n.tenant, 'con_' || ((n.i * 977) % 1000003) || '_' || n.i, n.broker, n.broker,
       'u' || (n.i % ${Math.ceil(connections / 2)}), 'A' || n.i, n.status, 1, 'https://app.example/connected',
       case when n.status in ${sessions} then a.sealed_keys end, ${t0}, ${t0},
       case when n.status in ${sessions} then ${endsAt} end, case when n.status in ${sessions} then ${carriedUntil} end,
       case when n.status in ${sessions} then ${dueAt} end, ${t0}, ${t0} + n.i
     from rows n, (select sealed_keys from apps limit 1) a`,
  ];
}

/** What a database is filled by. */
export interface Filling {
  run(statement: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function fillingOf(place: StorePlace): Promise<Filling> {
  if ("url" in place) {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    return {
      run: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows,
      close: () => client.end(),
    };
  }
  const file = new Sqlite(place.file);
  file.pragma("synchronous = off");
  return {
    async run(statement) {
      if (/^\s*(?:select|explain)/i.test(statement))
        return file.prepare(statement).all() as Record<string, unknown>[];
      file.exec(statement);
      return [];
    },
    close: async () => void file.close(),
  };
}

/**
 * Fills in all that is wished; indexes are made afterwards, which takes a fraction of the time.
 * @param instead a tenant whose connections go
 */
export async function fill(place: StorePlace, sizes: readonly Size[], instead?: string): Promise<void> {
  const filling = await fillingOf(place);
  const indexes = await filling.run(
    "url" in place
      ? "select indexname as name, indexdef as made from pg_indexes where tablename = 'connections' and indexname <> 'connections_key'"
      : "select name, sql as made from sqlite_master where type = 'index' and tbl_name = 'connections' and sql is not null",
  );
  for (const { name } of indexes) await filling.run(`drop index ${name}`);
  if (instead !== undefined) await filling.run(`delete from connections where tenant = '${instead}'`);
  for (const size of sizes) for (const statement of fillStatements(size)) await filling.run(statement);
  for (const { made } of indexes) await filling.run(String(made));
  await filling.close();
}
