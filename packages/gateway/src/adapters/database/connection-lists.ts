import { sql } from "kysely";
import type { ConnectionFilter, ConnectionSummary, Status } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import { summaryColumns } from "./connection-columns.js";
import { firstOfAll } from "./first-of-all.js";
import { listed } from "./listed.js";
import type { Place } from "./tables.js";

const statuses = [
  "new",
  "pending",
  "active",
  "login_needed",
  "unsure",
  "closed",
] as const satisfies readonly Status[];

/** What of the list comes behind a page, and before the end that is asked for. */
function partOf({ db }: Place, tenant: string, { endsBefore }: ConnectionFilter, { after }: Page) {
  const query = db.selectFrom("connections").select(summaryColumns).where("tenant", "=", tenant);
  if (endsBefore === undefined) return after ? query.where("id", ">", after.id) : query;
  const ending = query.where("endsAt", "<", endsBefore);
  const { id, endsAt } = after ?? {};
  if (id === undefined || endsAt === undefined) return ending;
  return ending.where((row) => row(row.refTuple("endsAt", "id"), ">", row.tuple(endsAt, id)));
}

/** A user's connections, which are few: they are all read, whatever else is asked for. */
function ofUser(place: Place, tenant: string, filter: ConnectionFilter, page: Page) {
  let query = partOf(place, tenant, filter, page).where("user", "=", filter.user ?? "");
  for (const column of ["app", "broker", "status"] as const) {
    const value = filter[column];
    // A sum that no index holds: the user's own is the one to go by, whatever is known of the table.
    if (value !== undefined) query = query.where(sql`${sql.ref(column)} || ''`, "=", value);
  }
  return query;
}

/** One query for each status that is asked for: the indexes are by status, then in the order of ids, or of ends. */
function byStatus(place: Place, tenant: string, filter: ConnectionFilter, page: Page) {
  const { app, broker, status, endsBefore } = filter;
  const part = partOf(place, tenant, filter, page);
  if (!app && !broker && !status && endsBefore === undefined) return [part];
  const named = app !== undefined ? part.where("app", "=", app) : part;
  const all = app === undefined && broker !== undefined ? named.where("broker", "=", broker) : named;
  return (status === undefined ? statuses : [status]).map((one) => all.where("status", "=", one));
}

/** The statement behind a list of connections, which asks for one row more than the page holds. An app says its broker. */
export function connectionList(place: Place, tenant: string, filter: ConnectionFilter, page: Page) {
  const { user, endsBefore } = filter;
  const queries =
    user === undefined ? byStatus(place, tenant, filter, page) : [ofUser(place, tenant, filter, page)];
  return firstOfAll(place, queries, endsBefore === undefined ? ["id"] : ["endsAt", "id"], page.limit + 1);
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
  const { items, next } = listed(await connectionList(place, tenant, filter, page).execute(), page.limit);
  const endsAt = items.at(-1)?.endsAt;
  if (!next || filter.endsBefore === undefined || typeof endsAt !== "number") return { items, next };
  return { items, next: { ...next, endsAt } };
}
