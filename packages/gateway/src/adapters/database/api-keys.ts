import { sql } from "kysely";
import type { ApiKey, ApiKeys, CallKind, Scope } from "../../ports/api-keys.js";
import { listById } from "./listed.js";
import type { Place, Tables } from "./tables.js";

/** The columns that leave the table: not the hash. */
export const apiKeyColumns = ["tenant", "id", "name", "scopes", "calls", "createdAt", "endedAt"] as const;

/** A row as the port shows it. */
export function apiKeyFrom(row: Omit<Tables["apiKeys"], "hash">): ApiKey {
  const [scopes, calls] = [JSON.parse(row.scopes) as Scope[], JSON.parse(row.calls) as CallKind[]];
  return { ...row, scopes, calls };
}

export function apiKeysIn({ db }: Place): ApiKeys {
  return {
    async add(tenant, key) {
      const row = await db
        .insertInto("apiKeys")
        .values({
          ...key,
          tenant,
          scopes: JSON.stringify(key.scopes),
          calls: JSON.stringify(key.calls),
          endedAt: null,
        })
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

    list: (tenant, page) =>
      listById(db.selectFrom("apiKeys").select(apiKeyColumns).where("tenant", "=", tenant), page, apiKeyFrom),

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

    async eraseOthers(tenant, beginning, id) {
      const erased = await db
        .deleteFrom("apiKeys")
        .where("tenant", "=", tenant)
        .where(sql`substr(id, 1, ${beginning.length})`, "=", beginning)
        .where("id", "<>", id)
        .where("endedAt", "is", null)
        .returning("id")
        .execute();
      return erased.map((key) => key.id);
    },
  };
}
