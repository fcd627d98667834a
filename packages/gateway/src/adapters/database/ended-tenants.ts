import { type Expression, type SqlBool, sql } from "kysely";
import type { Status } from "../../ports/connections.js";
import { firstOfAll } from "./first-of-all.js";
import { byIndexAlone, type IndexRange, inRange, orderOf } from "./index-range.js";
import type { Place } from "./tables.js";

const open = ["new", "pending", "active", "login_needed", "unsure"] as const satisfies readonly Exclude<
  Status,
  "closed"
>[];

/**
 * Whether a row's tenant lives: asked row by row, so that few rows need no walk over all tenants. As PostgreSQL expects of it
 * that it holds for half of the rows, it stops at a limit; of what it takes for rare it would read all there is first.
 */
export const ofLivingTenant = (table: "connections" | "vendorSessions"): Expression<SqlBool> =>
  sql<SqlBool>`coalesce((select false from tenants where tenants.id = ${sql.ref(`${table}.tenant`)} and ended_at is not null), true)`;

const inStatus = (status: Status): IndexRange => ({ same: [["status", status]], order: ["id"] });

/** The statement that finds an ended tenant that has left connections open, whatever number it has closed. */
export function tenantWithOpen({ db, traits }: Place) {
  const oneOpen = (status: Status) => {
    const range = inStatus(status);
    const order = orderOf(traits, range).map((column) => sql.ref(column));
    return sql`(select id from connections where tenant = tenants.id and ${inRange(traits, range)}
      order by ${sql.join(order)} limit 1)`;
  };
  return db
    .selectFrom("tenants")
    .select("tenants.id")
    .where("tenants.endedAt", "is not", null)
    .where(sql`coalesce(${sql.join(open.map(oneOpen))})`, "is not", null)
    .limit(sql.lit(1));
}

/** The statement that finds the connections which a tenant has left open. */
export const openConnectionsOf = (place: Place, tenant: string, limit: number) =>
  firstOfAll(
    place,
    place.db.selectFrom("connections").select(["tenant", "id"]).where("tenant", "=", tenant),
    open.map(inStatus),
    limit,
  );

/** Connections that one of the ended tenants has left open. */
export const openOfEndedTenants = (place: Place, limit: number) =>
  byIndexAlone(place, async (within) => {
    const tenant = await tenantWithOpen(within).executeTakeFirst();
    return tenant ? openConnectionsOf(within, tenant.id, limit).execute() : [];
  });

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
