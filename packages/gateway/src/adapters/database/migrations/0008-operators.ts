import { type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";
import { watchSealed } from "./key-of-sealed.js";

type Kind = "text" | "integer" | "bytes";
type Columns = Readonly<Record<string, Kind | `${Kind}?`>>;

async function makeTable(
  { schema }: Kysely<unknown>,
  traits: Traits,
  name: string,
  columns: Columns,
  key: readonly string[],
): Promise<void> {
  let table = schema.createTable(name).addPrimaryKeyConstraint(`${name}_key`, key as never[]);
  for (const [column, kind] of Object.entries(columns)) {
    const type = traits[kind.replace("?", "") as Kind];
    table = table.addColumn(column, sql`${type}`, (made) => (kind.endsWith("?") ? made : made.notNull()));
  }
  await (traits.tableEnd ? table.modifyEnd(traits.tableEnd) : table).execute();
}

/** New: who signs in to the dashboard, their browsers' sessions, and the tries that were refused. Times are ms since 1970, UTC. */
export async function operators(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const operator: Columns = {
    tenant: "text",
    id: "text",
    name: "text",
    password_hash: "text",
    password_is_one_time: "integer",
    sealed_totp: "bytes?",
    totp_used_step: "integer",
    created_at: "integer",
    ended_at: "integer?",
  };
  await makeTable(db, traits, "operators", operator, ["tenant", "id"]);
  await watchSealed(db, traits, "operators", "sealed_totp", ["tenant", "id"]);
  // An ended operator's name is free again.
  await db.schema
    .createIndex("operators_by_name")
    .unique()
    .on("operators")
    .column("name")
    .where(sql.ref("ended_at"), "is", null)
    .execute();
  const session: Columns = {
    tenant: "text",
    id: "text",
    operator: "text",
    hash: "text",
    needs: "text?",
    browser: "text",
    created_at: "integer",
    used_at: "integer",
    expires_at: "integer",
  };
  await makeTable(db, traits, "operator_sessions", session, ["tenant", "operator", "id"]);
  await db.schema
    .createIndex("operator_sessions_by_hash")
    .unique()
    .on("operator_sessions")
    .column("hash")
    .execute();
  const tries: Columns = { key: "text", count: "integer", free_at: "integer", last_at: "integer" };
  await makeTable(db, traits, "sign_in_tries", tries, ["key"]);
  await db.schema.createIndex("sign_in_tries_by_age").on("sign_in_tries").column("last_at").execute();
}
