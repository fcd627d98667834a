import type { ApiKey, ApiKeys, Scope } from "../../ports/api-keys.js";
import { listed } from "./listed.js";
import type { Place, Tables } from "./tables.js";

/** The columns that leave the table: not the hash. */
export const apiKeyColumns = ["tenant", "id", "name", "scopes", "createdAt", "endedAt"] as const;

/** A row as the port shows it. */
export function apiKeyFrom(row: Omit<Tables["apiKeys"], "hash">): ApiKey {
  return { ...row, scopes: JSON.parse(row.scopes) as Scope[] };
}

export function apiKeysIn({ db }: Place): ApiKeys {
  return {
    async add(tenant, key) {
      const row = await db
        .insertInto("apiKeys")
        .values({ ...key, tenant, scopes: JSON.stringify(key.scopes), endedAt: null })
        .onConflict((conflict) => conflict.doNothing())
        .returning(apiKeyColumns)
        .executeTakeFirst();
      return row && apiKeyFrom(row);
    },

    async get(tenant, id) {
      const row = await db
        .selectFrom("apiKeys")
        .select(apiKeyColumns)
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row && apiKeyFrom(row);
    },

    async list(tenant, { limit, after }) {
      const rows = await db
        .selectFrom("apiKeys")
        .select(apiKeyColumns)
        .where("tenant", "=", tenant)
        .$if(after !== undefined, (query) => query.where("id", ">", after?.id ?? ""))
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      return listed(rows.map(apiKeyFrom), limit);
    },

    async end(tenant, id, at) {
      const ended = await db
        .updateTable("apiKeys")
        .set({ endedAt: at })
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("endedAt", "is", null)
        .returning("id")
        .executeTakeFirst();
      return ended !== undefined;
    },
  };
}
