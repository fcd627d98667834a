import { type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";
import { watchSealed } from "./key-of-sealed.js";

async function addEgress(db: Kysely<unknown>, traits: Traits): Promise<void> {
  for (const table of ["apps", "connections"]) {
    const alter = () => db.schema.alterTable(table);
    await alter().addColumn("egress", sql`${traits.text}`).execute();
    await alter().addColumn("sealed_egress", sql`${traits.bytes}`).execute();
    await watchSealed(db, traits, table, "sealed_egress", ["tenant", "id"]);
  }
}

/** What is counted here is over in a second: a crash may lose it, so that an order need not wait for the disk. */
async function makeOrderTimes({ schema }: Kysely<unknown>, traits: Traits): Promise<void> {
  const { name, text, tableEnd } = traits;
  const table = schema
    .createTable("order_times")
    .addColumn("tenant", sql`${text}`, (column) => column.notNull())
    .addColumn("kind", sql`${text}`, (column) => column.notNull())
    .addColumn("id", sql`${text}`, (column) => column.notNull())
    .addColumn("taken", name === "postgres" ? sql`bigint[]` : sql`text`, (column) => column.notNull())
    .addPrimaryKeyConstraint("order_times_key", ["tenant", "kind", "id"]);
  const kept = name === "postgres" ? table.modifyFront(sql`unlogged`) : table;
  await (tableEnd ? kept.modifyEnd(tableEnd) : kept).execute();
}

/** New: the proxies that brokers are reached by, and what orders are counted against. */
export async function egressAndOrderBudgets(db: Kysely<unknown>, traits: Traits): Promise<void> {
  await addEgress(db, traits);
  for (const name of ["orders_per_connection", "orders_per_app"])
    await db.schema.alterTable("apps").addColumn(name, sql`${traits.integer}`).execute();
  await makeOrderTimes(db, traits);
}
