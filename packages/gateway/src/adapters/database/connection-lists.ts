import { sql } from "kysely";
import type { ConnectionFilter, ConnectionSummary, Status } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import { summaryColumns } from "./connection-columns.js";
import { firstOfAll } from "./first-of-all.js";
import { byIndexAlone, type IndexRange, inRange, orderOf } from "./index-range.js";
import { listed } from "./listed.js";
import type { Place } from "./tables.js";

/** Every status, in the order of a connection's life. */
export const statuses = [
  "new",
  "pending",
  "active",
  "login_needed",
  "unsure",
  "closed",
] as const satisfies readonly Status[];

const own = ({ db }: Place, tenant: string) =>
  db.selectFrom("connections").select(summaryColumns).where("tenant", "=", tenant);

/** Behind the page, and before the end that is asked for: in the order of ends where it is, else in that of ids. */
function orderOfList({ endsBefore }: ConnectionFilter, { after }: Page): Omit<IndexRange, "same"> {
  if (endsBefore === undefined) return { order: ["id"], after: after && [after.id] };
  const { id, endsAt } = after ?? {};
  const behind = id === undefined || endsAt === undefined ? undefined : [endsAt, id];
  return { order: ["endsAt", "id"], after: behind, until: ["<", endsBefore] };
}

/** One range for each status that is asked for: the indexes are by app or broker, then by status. */
function byStatus({ app, broker, status }: ConnectionFilter): readonly IndexRange["same"][] {
  // An app says its broker.
  const same: IndexRange["same"] = app ? [["app", app]] : broker ? [["broker", broker]] : [];
  return (status ? [status] : statuses).map((one) => [...same, ["status", one] as const]);
}

/** A limit that holds back none; a query that has one is not mixed with the one around it. */
const everyRow = 2_147_483_647;

/** A user's connections, which are few: all of them are read, whatever else is asked for. */
function ofUser(place: Place, tenant: string, user: string, filter: ConnectionFilter, page: Page) {
  const range: IndexRange = { same: [["user", user]], order: ["id"] };
  let all = own(place, tenant).where(inRange(place.traits, range));
  for (const column of orderOf(place.traits, range)) all = all.orderBy(sql.ref(column));
  // All of them first, by their index: what else is asked for may lead by another.
  let query = place.db.selectFrom(all.limit(sql.lit(everyRow)).as("all")).selectAll();
  for (const column of ["app", "broker", "status"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  const { order, after, until } = orderOfList(filter, page);
  const wanted = { same: [], order, after, until };
  if (after || until) query = query.where(inRange(place.traits, wanted));
  for (const column of order) query = query.orderBy(sql.ref(column));
  return query.limit(sql.lit(page.limit + 1));
}

/** The statement behind a list of connections, which asks for one row more than the page holds. */
export function connectionList(place: Place, tenant: string, filter: ConnectionFilter, page: Page) {
  const { app, broker, user, status, endsBefore } = filter;
  if (user !== undefined) return ofUser(place, tenant, user, filter, page);
  const order = orderOfList(filter, page);
  if (app || broker || status || endsBefore !== undefined) {
    const ranges = byStatus(filter).map((same) => ({ same, ...order }));
    return firstOfAll(place, own(place, tenant), ranges, page.limit + 1);
  }
  const all = own(place, tenant)
    .orderBy("id")
    .limit(sql.lit(page.limit + 1));
  return page.after ? all.where("id", ">", page.after.id) : all;
}

/** Whether an app is at another broker than is asked for: then there is nothing to look for. */
async function isElsewhere(
  { db }: Place,
  tenant: string,
  { app, broker }: ConnectionFilter,
): Promise<boolean> {
  if (app === undefined || broker === undefined) return false;
  const found = await db
    .selectFrom("apps")
    .select("broker")
    .where("tenant", "=", tenant)
    .where("id", "=", app)
    .executeTakeFirst();
  return found?.broker !== broker;
}

/** One page of a tenant's connections. */
export async function listConnections(
  place: Place,
  tenant: string,
  filter: ConnectionFilter,
  page: Page,
): Promise<Listed<ConnectionSummary>> {
  if (await isElsewhere(place, tenant, filter)) return { items: [], next: null };
  const rows = await byIndexAlone(place, (within) => connectionList(within, tenant, filter, page).execute());
  const { items, next } = listed(rows, page.limit);
  const endsAt = items.at(-1)?.endsAt;
  if (!next || filter.endsBefore === undefined || typeof endsAt !== "number") return { items, next };
  return { items, next: { ...next, endsAt } };
}
