import type { Kysely } from "kysely";

const indexes: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ["connections", ["tenant", "account", "id"]],
  ["events", ["tenant", "connection", "sequence"]],
  ["audit", ["tenant", "kind", "id", "sequence"]],
];

/** What the dashboard looks for: an account, and what has happened to one thing. */
export async function pagesAtSize({ schema }: Kysely<unknown>): Promise<void> {
  for (const [table, columns] of indexes)
    await schema
      .createIndex(`${table}_by_${columns.join("_")}`)
      .on(table)
      .columns([...columns])
      .execute();
}
