import type { Connection } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import type { ReadyMoment } from "../../ports/ready-moment.js";
import type { Place } from "./tables.js";

const open = ({ db }: Place, tenant: string) =>
  db.selectFrom("connections").selectAll().where("tenant", "=", tenant).where("status", "<>", "closed");

/** Those without a session, and those whose session's end nobody knows, in the order of ids. */
export function withoutEnd(place: Place, tenant: string, { limit, after }: Page) {
  const query = open(place, tenant).where("endsAt", "is", null).orderBy("id").limit(limit);
  return after ? query.where("id", ">", after.id) : query;
}

function inOrderOfEnds(query: ReturnType<typeof open>, { limit, after }: Page) {
  const ordered = query.orderBy("endsAt").orderBy("id").limit(limit);
  const { id, endsAt } = after ?? {};
  if (id === undefined || endsAt === undefined) return ordered;
  return ordered.where((row) => row(row.refTuple("endsAt", "id"), ">", row.tuple(endsAt, id)));
}

/** Those that end by their broker's moment. */
export function endingBy(place: Place, tenant: string, moments: readonly ReadyMoment[], page: Page) {
  const latest = Math.max(...moments.map(({ at }) => at));
  const query = open(place, tenant)
    .where("endsAt", "<=", latest)
    .where((row) =>
      row.or(
        moments.map(({ brokers, at }) => row.and([row("broker", "in", brokers), row("endsAt", "<=", at)])),
      ),
    );
  return inOrderOfEnds(query, page);
}

/** The unsure ones, whenever they end. */
export const unsureOnes = (place: Place, tenant: string, page: Page) =>
  inOrderOfEnds(open(place, tenant).where("status", "=", "unsure").where("endsAt", "is not", null), page);

const byEnd = (one: Connection, other: Connection): number =>
  (one.endsAt ?? 0) - (other.endsAt ?? 0) || (one.id < other.id ? -1 : 1);

/** One page of them: one row more than it holds is asked for, which tells that there is another page. */
export async function notReady(
  place: Place,
  tenant: string,
  moments: readonly ReadyMoment[],
  page: Page,
): Promise<Listed<Connection>> {
  const { limit, after } = page;
  const most = { limit: limit + 1, after };
  const rows: Connection[] =
    after?.endsAt === undefined ? await withoutEnd(place, tenant, most).execute() : [];
  if (rows.length <= limit) {
    // Behind the last one without an end, the list of ends begins.
    const rest = after?.endsAt === undefined ? { limit: most.limit } : most;
    const ending = await endingBy(place, tenant, moments, rest).execute();
    const unsure = await unsureOnes(place, tenant, rest).execute();
    const both = new Map([...ending, ...unsure].map((row) => [row.id, row]));
    rows.push(...[...both.values()].sort(byEnd));
  }
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (!last || rows.length <= limit) return { items, next: null };
  return { items, next: { id: last.id, ...(last.endsAt !== null && { endsAt: last.endsAt }) } };
}
