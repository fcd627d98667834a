import type { WaysIn } from "../../ports/ways-in.js";
import { apiKeyColumns, apiKeyFrom } from "./api-keys.js";
import { appFrom } from "./apps.js";
import type { Place } from "./tables.js";

export function waysInIn({ db }: Place): WaysIn {
  const living = db.selectFrom("tenants").select("id").where("endedAt", "is", null);
  return {
    async apiKey(hash) {
      const row = await db
        .selectFrom("apiKeys")
        .select(apiKeyColumns)
        .where("hash", "=", hash)
        .where("endedAt", "is", null)
        .where("tenant", "in", living)
        .executeTakeFirst();
      return row && apiKeyFrom(row);
    },

    async app(handle) {
      const row = await db
        .selectFrom("apps")
        .selectAll()
        .where("handle", "=", handle)
        .where("tenant", "in", living)
        .executeTakeFirst();
      return row && appFrom(row);
    },
  };
}
