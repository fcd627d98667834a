import Sqlite from "better-sqlite3";
import {
  CamelCasePlugin,
  type CompiledQuery,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresDialect,
  SqliteDialect,
} from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditList } from "../src/adapters/database/audit.js";
import { countOfEnds, countOfStatus, endsBetween } from "../src/adapters/database/connection-counts.js";
import { connectionList } from "../src/adapters/database/connection-lists.js";
import { beginningWith } from "../src/adapters/database/connection-search.js";
import { postgres, sqlite } from "../src/adapters/database/dialect.js";
import {
  dueConnections,
  dueDeliveries,
  endingVendorSessions,
  expiredCodes,
  pendingWithoutCode,
} from "../src/adapters/database/due-statements.js";
import { openConnectionsOf } from "../src/adapters/database/ended-tenants.js";
import { eventList } from "../src/adapters/database/events.js";
import { pageById } from "../src/adapters/database/listed.js";
import { newestEvents, newestRecords, newestSent } from "../src/adapters/database/newest-first.js";
import { notReadyOnes } from "../src/adapters/database/not-ready.js";
import type { Place, Tables } from "../src/adapters/database/tables.js";
import { tenantsMadeBy } from "../src/adapters/database/tenants.js";
import { deliveryList } from "../src/adapters/database/webhooks.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { runOn } from "./support/postgres.js";
import { addTenant, bytes, t0 } from "./support/rows.js";

/** The same queries, to be read instead of run. */
function paper(dialect: Dialect, traits: Place["traits"]): Place {
  const reading: Dialect = {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
  return { db: new Kysely<Tables>({ dialect: reading, plugins: [new CamelCasePlugin()] }), traits };
}

const rows = 20_000;
const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${rows - 1})`;

/** The statements mean the same on both databases. A thousandth is due, a thousandth ends soon. */
const fill = [
  `insert into apps (tenant, id, broker, environment, sealed_keys, return_urls, handle, created_at, updated_at)
   ${numbers} select 't', 'a' || i, 'nuvama', 'live', a.sealed_keys, '[]', 'h' || i, ${t0}, ${t0}
   from n, apps a where i < ${rows / 5} and a.id = 'zebu'`,
  `insert into vendor_sessions (tenant, app, sealed_session, generation, ends_at, updated_at)
   ${numbers} select 't', 'a' || i, a.sealed_keys, 1, ${t0} + i * 1000, ${t0}
   from n, apps a where i < ${rows / 5} and a.id = 'zebu'`,
  `insert into connections (tenant, id, app, broker, "user", status, generation, ends_at, due_at, created_at, updated_at)
   ${numbers} select 't', 'x' || i, 'a' || (i % ${rows / 5}), 'zebu', 'u' || (i % 1000),
     case when i % 500 = 1 then 'unsure' when i % 500 = 2 then 'pending' else 'active' end,
     1, ${t0} + i * 1000, ${t0} + i * 1000, ${t0}, ${t0} from n`,
  `insert into deliveries (tenant, webhook, sequence, connection, tries, due_at)
   ${numbers} select 't', 'w', i, 'x' || i, 0, case when i % 1000 = 1 then ${t0} end from n`,
  `insert into events (tenant, sequence, id, type, connection, data, at)
   ${numbers} select 't', i + 1, 'e' || i, 'connection.active', 'x' || i, '{}', ${t0} from n`,
  `insert into audit (tenant, sequence, at, key, action, kind, id, facts, hash)
   ${numbers} select 't', i + 1, ${t0}, null, 'connection.add', 'connection', 'x' || i, null, 'h' from n`,
  `insert into codes (tenant, hash, connection, generation, account, sealed_session, started_at, used_at, created_at, expires_at)
   ${numbers} select 't', 'c' || i, 'x' || i, 0, '${"a".repeat(900)}', a.sealed_keys, ${t0}, ${t0}, ${t0}, ${t0} + i
   from n, apps a where i % 8 = 0 and a.id = 'zebu'`,
  `insert into tenants (id, name, made_by, last_sequence, last_audit, created_at)
   ${numbers} select 'm' || i, 'm', 'maker' || (i % 1000), 0, 0, ${t0} from n`,
];

/** Over a whole table; a part of a query is no table. */
const walks = /Seq Scan|\bSCAN (?!part\b|all\b)|Materialize/;

const wish = { owner: "o", ms: 1_000, now: t0 + 20_000, limit: 20 };
const page = { limit: 20 };
const moments = (["zebu", "nuvama"] as const).map((broker) => ({ broker, at: t0 + 20_000 }));

const queries: readonly (readonly [
  string,
  string | RegExp,
  (place: Place) => { compile(): CompiledQuery },
])[] = [
  [
    "connections by user",
    "connections_by_tenant_user_id",
    (place) => connectionList(place, "t", { user: "u7" }, page),
  ],
  [
    "the next page by user",
    "connections_by_tenant_user_id",
    (place) => connectionList(place, "t", { user: "u7" }, { ...page, after: { id: "x2" } }),
  ],
  [
    "connections of a status",
    "connections_by_tenant_status_id",
    (place) => connectionList(place, "t", { status: "unsure" }, page),
  ],
  [
    "connections that end before",
    "connections_by_tenant_status_ends_at_id",
    (place) => connectionList(place, "t", { endsBefore: t0 + 20_000 }, page),
  ],
  [
    "the next page of those that end before",
    "connections_by_tenant_status_ends_at_id",
    (place) =>
      connectionList(
        place,
        "t",
        { endsBefore: t0 + 20_000 },
        { ...page, after: { id: "x3", endsAt: t0 + 3_000 } },
      ),
  ],
  [
    "connections that are not ready",
    "connections_by_tenant_broker_ready_until_id",
    (place) => notReadyOnes(place, "t", moments, page),
  ],
  [
    "the next page of those that are not ready",
    "connections_by_tenant_broker_ready_until_id",
    (place) => notReadyOnes(place, "t", moments, { ...page, after: { id: "x3", endsAt: t0 + 3_000 } }),
  ],
  ["due connections", "connections_by_broker_due_at", (place) => dueConnections(place, wish)],
  ["due deliveries", "deliveries_by_due_at", (place) => dueDeliveries(place, wish)],
  [
    "vendor sessions to be renewed",
    "vendor_sessions_by_ends_at",
    (place) => endingVendorSessions(place, { ...wish, endsBefore: t0 + 20_000 }),
  ],
  [
    "what is pending without a code",
    "connections_by_status_updated_at",
    (place) => pendingWithoutCode(place, t0, 20),
  ],
  [
    "what ended tenants left open",
    "connections_by_tenant_status_id",
    (place) => openConnectionsOf(place, "maker7", 20),
  ],
  ["codes that have expired", "codes_by_expires_at", (place) => expiredCodes(place, t0, 20)],
  [
    "a page of events",
    /events_key|PRIMARY KEY|autoindex_events_\d/,
    (place) => eventList(place, "t", 9_000, 20),
  ],
  [
    "a page of the audit",
    /audit_key|PRIMARY KEY|autoindex_audit_\d/,
    (place) => auditList(place, "t", 9_000, 20),
  ],
  [
    "a page of deliveries",
    /deliveries_key|PRIMARY KEY|autoindex_deliveries_\d/,
    (place) => deliveryList(place, "t", "w", 9_000, 20),
  ],
  [
    "connections whose user begins with a text",
    "connections_by_tenant_user_id",
    (place) => beginningWith(place, "user", "t", "u7", 20),
  ],
  [
    "connections whose account begins with a text",
    "connections_by_tenant_account_id",
    (place) => beginningWith(place, "account", "t", "AC7", 20),
  ],
  [
    "how many are in a status",
    "connections_by_tenant_status_id",
    (place) => countOfStatus(place, "t", "active", 1_000),
  ],
  [
    "how many of an app are in a status",
    "connections_by_tenant_app_status_id",
    (place) => countOfStatus(place, "t", "active", 1_000, "zebu"),
  ],
  [
    "the ends of a broker's sessions",
    "connections_by_tenant_broker_status_ends_at_id",
    (place) => endsBetween(place, "t", "zebu", t0, t0 + 20_000, 20),
  ],
  [
    "how many of a broker's sessions end",
    "connections_by_tenant_broker_status_ends_at_id",
    (place) => countOfEnds(place, endsBetween(place, "t", "zebu", t0, t0 + 20_000, 1_000)),
  ],
  [
    "the newest events",
    /events_key|PRIMARY KEY|autoindex_events_\d/,
    (place) => newestEvents(place, "t", { limit: 20, before: 9_000 }),
  ],
  [
    "the newest events of a connection",
    "events_by_tenant_connection_sequence",
    (place) => newestEvents(place, "t", { limit: 20, connection: "x7" }),
  ],
  [
    "the newest of the audit",
    /audit_key|PRIMARY KEY|autoindex_audit_\d/,
    (place) => newestRecords(place, "t", { limit: 20, before: 9_000 }),
  ],
  [
    "the newest of the audit about one thing",
    "audit_by_tenant_kind_id_sequence",
    (place) => newestRecords(place, "t", { limit: 20, of: { kind: "connection", id: "x7" } }),
  ],
  [
    "the newest of what was sent to a webhook",
    /deliveries_key|PRIMARY KEY|autoindex_deliveries_\d/,
    (place) => newestSent(place, "t", "w", { limit: 20, before: 9_000 }),
  ],
  [
    "the tenants that one has made",
    "tenants_by_made_by_id",
    (place) => pageById(tenantsMadeBy(place, "maker7"), { ...page, after: { id: "m2" } }),
  ],
];

describe.each(databases)("query plans on %s", (_name, make) => {
  let database: TestDatabase;
  let plan: (query: CompiledQuery) => Promise<string>;
  let place: Place;
  let end: () => void = () => undefined;

  beforeAll(async () => {
    database = await make();
    const store = await database.open();
    await addTenant(store, "t");
    const webhook = { id: "w", url: "x", sealedSecret: bytes("s"), types: null, createdAt: t0 };
    await store.webhooks.add("t", webhook);
    await store.close();
    if ("url" in database.place) {
      const { url } = database.place;
      // The checks of references are planned by what is known of the tables until then.
      for (const statement of fill) for (const one of [statement, "analyze"]) await runOn(url, one);
      place = paper(new PostgresDialect({ pool: async () => ({}) as never }), postgres);
      plan = async ({ sql, parameters }) => {
        const steps = await runOn(url, `explain ${sql}`, parameters);
        return steps.map((step) => step["QUERY PLAN"]).join("\n");
      };
      return;
    }
    const file = new Sqlite(database.place.file);
    for (const statement of fill) file.exec(statement);
    place = paper(new SqliteDialect({ database: file }), sqlite);
    plan = async ({ sql, parameters }) => {
      const steps = file.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
      return steps.map(({ detail }) => detail).join("\n");
    };
    end = () => file.close();
  }, 60_000);
  afterAll(async () => {
    end();
    await database.drop();
  });

  it.each(queries)("find %s by index", async (_title, index, query) => {
    const steps = await plan(query(place).compile());
    expect(steps).toMatch(index);
    expect(steps).not.toMatch(walks);
  });

  it("show a walk over the whole table where no index helps", async () => {
    const unaided = place.db.selectFrom("connections").select("id").where("reason", "=", "x");
    expect(await plan(unaided.compile())).toMatch(walks);
  });
});
