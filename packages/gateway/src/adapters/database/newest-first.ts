import { sql } from "kysely";
import type { AuditKind } from "../../ports/audit.js";
import type { Newest } from "../../ports/page.js";
import type { Place } from "./tables.js";

/** Said as one: so PostgreSQL finds them in their order by the one index that has it, instead of sorting or walking. */
const within = (columns: readonly string[], values: readonly string[], before: number | undefined) => {
  const own = sql.join([...columns, "sequence"].map((column) => sql.ref(column)));
  const least = sql.join([...values, 0].map((value) => sql`${value}`));
  const most = sql.join([...values, before ?? Number.MAX_SAFE_INTEGER].map((value) => sql`${value}`));
  return sql<boolean>`(${own}) > (${least}) and (${own}) < (${most})`;
};

/** The statement behind the newest events. */
export function newestEvents(
  { db }: Place,
  tenant: string,
  { limit, before, connection }: Newest & { readonly connection?: string | undefined },
) {
  const query = db.selectFrom("events").selectAll().where("tenant", "=", tenant);
  const found =
    connection === undefined
      ? query.where(within([], [], before))
      : query.where(within(["connection"], [connection], before)).orderBy("connection", "desc");
  return found.orderBy("sequence", "desc").limit(sql.lit(limit));
}

/** The statement behind the newest records of the audit. */
export function newestRecords(
  { db }: Place,
  tenant: string,
  {
    limit,
    before,
    of,
  }: Newest & { readonly of?: { readonly kind: AuditKind; readonly id: string } | undefined },
) {
  const query = db.selectFrom("audit").selectAll().where("tenant", "=", tenant);
  const found =
    of === undefined
      ? query.where(within([], [], before))
      : query
          .where(within(["kind", "id"], [of.kind, of.id], before))
          .orderBy("kind", "desc")
          .orderBy("id", "desc");
  return found.orderBy("sequence", "desc").limit(sql.lit(limit));
}

/** The statement behind the newest of what was sent to a webhook. */
export const newestSent = ({ db }: Place, tenant: string, webhook: string, { limit, before }: Newest) =>
  db
    .selectFrom("deliveries")
    .selectAll()
    .where("tenant", "=", tenant)
    .where(within(["webhook"], [webhook], before))
    .orderBy("webhook", "desc")
    .orderBy("sequence", "desc")
    .limit(sql.lit(limit));
