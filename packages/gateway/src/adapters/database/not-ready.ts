import { sql } from "kysely";
import type { Connection } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import type { Place } from "./tables.js";

const open = ({ db }: Place, tenant: string) =>
  db.selectFrom("connections").selectAll().where("tenant", "=", tenant).where("status", "<>", "closed");

/** Those without a session, and those whose session's end nobody knows, in the order of ids. */
export function withoutEnd(place: Place, tenant: string, { limit, after }: Page) {
  const query = open(place, tenant).where("endsAt", "is", null).orderBy("id").limit(limit);
  return after ? query.where("id", ">", after.id) : query;
}

/** Those that end by a moment, in the order of ends. */
export function endingBy(place: Place, tenant: string, moment: number, { limit, after }: Page) {
  const query = open(place, tenant).where("endsAt", "<=", moment);
  const ordered = query.orderBy("endsAt").orderBy("id").limit(limit);
  const { id, endsAt } = after ?? {};
  if (id === undefined || endsAt === undefined) return ordered;
  return ordered.where((row) => row(row.refTuple("endsAt", "id"), ">", row.tuple(endsAt, id)));
}

/** The unsure ones, whenever they end, in the order of ends. */
export function unsureOnes(place: Place, tenant: string, { limit, after }: Page) {
  // They are few: a sum keeps SQLite, which doesn't know that, from walking along the ends of all sessions.
  const end = sql<number>`${sql.ref("endsAt")} + 0`;
  const query = open(place, tenant).where("status", "=", "unsure").where(end, "is not", null);
  const ordered = query.orderBy(end).orderBy("id").limit(limit);
  const { id, endsAt } = after ?? {};
  if (id === undefined || endsAt === undefined) return ordered;
  return ordered.where(sql<boolean>`(${end}, ${sql.ref("id")}) > (${endsAt}, ${id})`);
}

const byEnd = (one: Connection, other: Connection): number =>
  (one.endsAt ?? 0) - (other.endsAt ?? 0) || (one.id < other.id ? -1 : 1);

/** One page of them: one row more than it holds is asked for, which tells that there is another page. */
export async function notReady(
  place: Place,
  tenant: string,
  moment: number,
  page: Page,
): Promise<Listed<Connection>> {
  const { limit, after } = page;
  const most = { limit: limit + 1, after };
  const rows: Connection[] =
    after?.endsAt === undefined ? await withoutEnd(place, tenant, most).execute() : [];
  if (rows.length <= limit) {
    // Behind the last one without an end, the list of ends begins.
    const ending = await endingBy(place, tenant, moment, most).execute();
    const unsure = await unsureOnes(place, tenant, most).execute();
    const both = new Map([...ending, ...unsure].map((row) => [row.id, row]));
    rows.push(...[...both.values()].sort(byEnd));
  }
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (!last || rows.length <= limit) return { items, next: null };
  return { items, next: { id: last.id, ...(last.endsAt !== null && { endsAt: last.endsAt }) } };
}
