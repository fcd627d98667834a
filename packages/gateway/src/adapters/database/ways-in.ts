import type { WaysIn } from "../../ports/ways-in.js";
import { apiKeyColumns, apiKeyFrom } from "./api-keys.js";
import { appColumns, appFrom, logoFrom } from "./apps.js";
import { operatorColumns, operatorFrom } from "./operators.js";
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
        .select(appColumns)
        .where("handle", "=", handle)
        .where("tenant", "in", living)
        .executeTakeFirst();
      return row && appFrom(row);
    },

    async operator(name) {
      const row = await db
        .selectFrom("operators")
        .select(operatorColumns)
        .where("name", "=", name)
        .where("endedAt", "is", null)
        .where("tenant", "in", living)
        .executeTakeFirst();
      return row && operatorFrom(row);
    },

    async operatorSession(hash, now) {
      const session = await db
        .selectFrom("operatorSessions")
        .selectAll()
        .where("hash", "=", hash)
        .where("expiresAt", ">", now)
        .executeTakeFirst();
      if (!session) return undefined;
      const row = await db
        .selectFrom("operators")
        .innerJoin("tenants", "tenants.id", "operators.tenant")
        .select(operatorColumns.map((name) => `operators.${name}` as const))
        .select("tenants.madeBy")
        .where("operators.tenant", "=", session.tenant)
        .where("operators.id", "=", session.operator)
        .where("operators.endedAt", "is", null)
        .where("tenants.endedAt", "is", null)
        .executeTakeFirst();
      if (!row) return undefined;
      const { madeBy, ...operator } = row;
      return { session, operator: operatorFrom(operator), madeBy };
    },

    async logo(handle) {
      const row = db.selectFrom("apps").select(["logoType", "logo"]).where("handle", "=", handle);
      return logoFrom(await row.where("tenant", "in", living).executeTakeFirst());
    },
  };
}
