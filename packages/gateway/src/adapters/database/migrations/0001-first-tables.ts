import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from "kysely";
import type { Traits } from "../dialect.js";

type Kind = "text" | "integer" | "bytes";
type Columns = Readonly<Record<string, Kind | `${Kind}?`>>;
type Schema = Kysely<unknown>;

/** The tables of the first version. Times are ms since 1970, UTC; `?` may be null; lists are JSON texts. */
const tables: Readonly<Record<string, { readonly columns: Columns; readonly key: readonly string[] }>> = {
  tenants: {
    columns: {
      id: "text",
      name: "text",
      last_sequence: "integer",
      created_at: "integer",
      ended_at: "integer?",
    },
    key: ["id"],
  },
  api_keys: {
    columns: {
      tenant: "text",
      id: "text",
      name: "text",
      hash: "text",
      scopes: "text",
      created_at: "integer",
      ended_at: "integer?",
    },
    key: ["tenant", "id"],
  },
  apps: {
    columns: {
      tenant: "text",
      id: "text",
      broker: "text",
      environment: "text",
      sealed_keys: "bytes",
      return_urls: "text",
      handle: "text",
      created_at: "integer",
      updated_at: "integer",
    },
    key: ["tenant", "id"],
  },
  connections: {
    columns: {
      tenant: "text",
      id: "text",
      app: "text",
      broker: "text",
      user: "text",
      expected_account: "text?",
      account: "text?",
      status: "text",
      reason: "text?",
      generation: "integer",
      sealed_session: "bytes?",
      session_key: "text?",
      started_at: "integer?",
      used_at: "integer?",
      ends_at: "integer?",
      due_at: "integer?",
      lease_owner: "text?",
      lease_until: "integer?",
      tried_at: "integer?",
      tried_what: "text?",
      created_at: "integer",
      updated_at: "integer",
    },
    key: ["tenant", "id"],
  },
  attempts: {
    columns: {
      tenant: "text",
      hash: "text",
      browser_hash: "text",
      app: "text",
      broker: "text",
      handle: "text",
      connection: "text",
      return_url: "text",
      sealed_attempt: "bytes",
      created_at: "integer",
      expires_at: "integer",
    },
    key: ["tenant", "app", "browser_hash"],
  },
  codes: {
    columns: {
      tenant: "text",
      hash: "text",
      connection: "text",
      generation: "integer",
      account: "text",
      sealed_session: "bytes",
      session_key: "text?",
      started_at: "integer",
      used_at: "integer",
      ends_at: "integer?",
      created_at: "integer",
      expires_at: "integer",
    },
    key: ["tenant", "hash"],
  },
  links: {
    columns: {
      tenant: "text",
      hash: "text",
      connection: "text",
      return_url: "text",
      created_at: "integer",
      expires_at: "integer",
    },
    key: ["hash"],
  },
  vendor_sessions: {
    columns: {
      tenant: "text",
      app: "text",
      sealed_session: "bytes?",
      generation: "integer",
      ends_at: "integer?",
      logged_out_at: "integer?",
      lease_owner: "text?",
      lease_until: "integer?",
      tried_at: "integer?",
      tried_what: "text?",
      updated_at: "integer",
    },
    key: ["tenant", "app"],
  },
  events: {
    columns: {
      tenant: "text",
      sequence: "integer",
      id: "text",
      type: "text",
      connection: "text?",
      data: "text",
      at: "integer",
    },
    key: ["tenant", "sequence"],
  },
  webhooks: {
    columns: {
      tenant: "text",
      id: "text",
      url: "text",
      sealed_secret: "bytes",
      types: "text?",
      created_at: "integer",
      ended_at: "integer?",
    },
    key: ["tenant", "id"],
  },
  deliveries: {
    columns: {
      tenant: "text",
      webhook: "text",
      sequence: "integer",
      connection: "text?",
      tries: "integer",
      due_at: "integer?",
      delivered_at: "integer?",
      last_status: "integer?",
      lease_owner: "text?",
      lease_until: "integer?",
    },
    key: ["tenant", "webhook", "sequence"],
  },
  vault_keys: { columns: { key_id: "text", canary: "bytes", seals: "integer" }, key: ["key_id"] },
};

/** Which columns of a table name a row of another. */
const references: readonly (readonly [table: string, columns: readonly string[], to: string])[] = [
  ["api_keys", ["tenant"], "tenants"],
  ["apps", ["tenant"], "tenants"],
  ["connections", ["tenant", "app"], "apps"],
  ["attempts", ["tenant", "connection"], "connections"],
  ["codes", ["tenant", "connection"], "connections"],
  ["links", ["tenant", "connection"], "connections"],
  ["vendor_sessions", ["tenant", "app"], "apps"],
  ["events", ["tenant"], "tenants"],
  ["webhooks", ["tenant"], "tenants"],
  ["deliveries", ["tenant", "webhook"], "webhooks"],
];

const indexes: readonly (readonly [table: string, columns: readonly string[], unique?: "unique"])[] = [
  ["api_keys", ["hash"], "unique"],
  ["apps", ["handle"], "unique"],
  ["connections", ["tenant", "user", "id"]],
  ["connections", ["tenant", "broker", "id"]],
  ["connections", ["tenant", "app", "id"]],
  ["connections", ["tenant", "status", "id"]],
  ["connections", ["tenant", "ends_at", "id"]],
  ["connections", ["tenant", "session_key"]],
  ["connections", ["due_at"]],
  ["attempts", ["tenant", "connection"]],
  ["attempts", ["expires_at"]],
  ["codes", ["tenant", "connection"]],
  ["codes", ["expires_at"]],
  ["links", ["tenant", "connection"]],
  ["links", ["expires_at"]],
  ["deliveries", ["due_at"]],
  ["deliveries", ["tenant", "webhook", "connection", "sequence"]],
];

function withColumns(
  table: CreateTableBuilder<string, string>,
  columns: Columns,
  types: Readonly<Record<Kind, RawBuilder<unknown>>>,
): CreateTableBuilder<string, string> {
  let made = table;
  for (const [name, kind] of Object.entries(columns)) {
    const type = types[kind.replace("?", "") as Kind];
    made = made.addColumn(name, sql`${type}`, (column) => (kind.endsWith("?") ? column : column.notNull()));
  }
  return made;
}

async function makeTable(db: Schema, traits: Traits, name: string): Promise<void> {
  const { columns, key } = tables[name] ?? { columns: {}, key: [] };
  let table = withColumns(db.schema.createTable(name) as CreateTableBuilder<string, string>, columns, traits);
  table = table.addPrimaryKeyConstraint(`${name}_key`, [...key]);
  for (const [from, own, to] of references) {
    if (from !== name) continue;
    const theirs = tables[to]?.key ?? [];
    table = table.addForeignKeyConstraint(`${name}_${to}`, [...own], to, [...theirs]);
  }
  await (traits.tableEnd ? table.modifyEnd(traits.tableEnd) : table).execute();
}

export async function firstTables(db: Schema, traits: Traits): Promise<void> {
  for (const name of Object.keys(tables)) await makeTable(db, traits, name);
  for (const [table, columns, unique] of indexes) {
    const index = db.schema
      .createIndex(`${table}_by_${columns.join("_")}`)
      .on(table)
      .columns([...columns]);
    await (unique ? index.unique() : index).execute();
  }
}
