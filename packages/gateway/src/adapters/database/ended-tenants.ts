import { type Expression, type SqlBool, sql } from "kysely";
import type { Status } from "../../ports/connections.js";
import type { Place } from "./tables.js";

const open = ["new", "pending", "active", "login_needed", "unsure"] as const satisfies readonly Exclude<
  Status,
  "closed"
>[];

/** Whether a row's tenant lives: asked row by row, so that few rows need no walk over all tenants. */
export const ofLivingTenant = (table: "connections" | "vendorSessions"): Expression<SqlBool> =>
  sql<SqlBool>`(select ended_at from tenants where tenants.id = ${sql.ref(`${table}.tenant`)}) is null`;

/** The statement that finds the connections which these tenants have left open. */
export const openConnectionsOf = ({ db }: Place, tenants: readonly string[], limit: number) =>
  db
    .selectFrom("connections")
    .select(["tenant", "id"])
    .where("tenant", "in", tenants)
    .where("status", "in", open)
    .limit(limit);

/** The statement that finds the vendor sessions which these tenants have left, and no connection of them needs any more. */
export const vendorSessionsOf = ({ db }: Place, tenants: readonly string[], limit: number) =>
  db
    .selectFrom("vendorSessions")
    .select(["tenant", "app"])
    .where("tenant", "in", tenants)
    .where("sealedSession", "is not", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("connections")
            .select("connections.id")
            .whereRef("connections.tenant", "=", "vendorSessions.tenant")
            .whereRef("connections.app", "=", "vendorSessions.app")
            .where("connections.status", "in", open),
        ),
      ),
    )
    .limit(limit);

/** So many tenants are named in one statement. */
const atOnce = 500;

/** Asks for the ended tenants first, which are few: a join might walk over the living ones' rows. */
export async function ofEndedTenants<T>(
  { db }: Place,
  find: (tenants: readonly string[]) => { execute(): Promise<T[]> },
): Promise<readonly T[]> {
  const ended = await db.selectFrom("tenants").select("id").where("endedAt", "is not", null).execute();
  for (let from = 0; from < ended.length; from += atOnce) {
    const found = await find(ended.slice(from, from + atOnce).map(({ id }) => id)).execute();
    if (found.length > 0) return found;
  }
  return [];
}
