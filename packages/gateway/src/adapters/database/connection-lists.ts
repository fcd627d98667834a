import type { ConnectionFilter, ConnectionSummary } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import { summaryColumns } from "./connection-columns.js";
import { listed } from "./listed.js";
import type { Place } from "./tables.js";

/** The statement behind a list of connections, which asks for one row more than the page holds. */
export function connectionList({ db }: Place, tenant: string, filter: ConnectionFilter, page: Page) {
  const { endsBefore } = filter;
  let query = db.selectFrom("connections").select(summaryColumns).where("tenant", "=", tenant);
  for (const column of ["app", "user", "broker", "status"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  const limited = query.limit(page.limit + 1);
  if (endsBefore === undefined) {
    const { after } = page;
    return (after ? limited.where("id", ">", after.id) : limited).orderBy("id");
  }
  const { id, endsAt } = page.after ?? {};
  const ending = limited.where("endsAt", "<", endsBefore).orderBy("endsAt").orderBy("id");
  if (id === undefined || endsAt === undefined) return ending;
  return ending.where((row) => row(row.refTuple("endsAt", "id"), ">", row.tuple(endsAt, id)));
}

/** One page of a tenant's connections. */
export async function listConnections(
  place: Place,
  tenant: string,
  filter: ConnectionFilter,
  page: Page,
): Promise<Listed<ConnectionSummary>> {
  const { items, next } = listed(await connectionList(place, tenant, filter, page).execute(), page.limit);
  const endsAt = items.at(-1)?.endsAt;
  if (!next || filter.endsBefore === undefined || typeof endsAt !== "number") return { items, next };
  return { items, next: { ...next, endsAt } };
}
