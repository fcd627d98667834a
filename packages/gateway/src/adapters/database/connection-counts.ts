import type { BrokerId } from "kunji";
import { sql } from "kysely";
import type { EndGroup, Status, StatusCounts, WantedGroups } from "../../ports/connections.js";
import { statuses } from "./connection-lists.js";
import { byIndexAlone, inRange, orderOf } from "./index-range.js";
import type { Place } from "./tables.js";

const own = ({ db }: Place, tenant: string) => db.selectFrom("connections").where("tenant", "=", tenant);

/** The statement behind the count of a status: no more rows are read than are counted. */
export function countOfStatus(place: Place, tenant: string, status: string, most: number, app?: string) {
  const ofApp = app === undefined ? [] : [["app", app] as const];
  const range = { same: [...ofApp, ["status", status] as const], order: ["id"] };
  let some = own(place, tenant).select("id").where(inRange(place.traits, range));
  for (const column of orderOf(place.traits, range)) some = some.orderBy(sql.ref(column));
  return place.db
    .selectFrom(some.limit(sql.lit(most)).as("all"))
    .select(({ fn }) => fn.countAll<number>().as("count"));
}

/** How many connections are in each status. */
export function statusCounts(place: Place, tenant: string, most: number): Promise<StatusCounts> {
  return byIndexAlone(place, async (within) => {
    const counts: Partial<Record<keyof StatusCounts, number>> = {};
    for (const status of statuses) {
      const { count } = await countOfStatus(within, tenant, status, most).executeTakeFirstOrThrow();
      counts[status] = Number(count);
    }
    return counts as StatusCounts;
  });
}

/** How many connections of an app are in a status. */
export function appCount(
  place: Place,
  tenant: string,
  app: string,
  { status, most }: { readonly status: Status; readonly most: number },
): Promise<number> {
  return byIndexAlone(place, async (within) => {
    const { count } = await countOfStatus(within, tenant, status, most, app).executeTakeFirstOrThrow();
    return Number(count);
  });
}

/** The statement behind the ends of a broker's active sessions, from a moment to before another, in their order. */
export function endsBetween(
  place: Place,
  tenant: string,
  broker: BrokerId,
  from: number,
  until: number,
  limit: number,
) {
  const range = {
    same: [
      ["broker", broker],
      ["status", "active"],
    ] as const,
    order: ["endsAt", "id"],
    // No id is empty: those that end at this very moment are within.
    after: [from, ""],
    until: ["<", until] as const,
  };
  let query = own(place, tenant).select("endsAt").where(inRange(place.traits, range));
  for (const column of orderOf(place.traits, range)) query = query.orderBy(sql.ref(column));
  return query.limit(sql.lit(limit));
}

/** The statement behind how many they are. */
export const countOfEnds = ({ db }: Place, ends: ReturnType<typeof endsBetween>) =>
  db.selectFrom(ends.as("all")).select(({ fn }) => fn.countAll<number>().as("count"));

/** One that is there counts as one: nobody needs to look again. */
async function countUpTo(place: Place, most: number, ends: ReturnType<typeof endsBetween>): Promise<number> {
  if (most === 1) return 1;
  const { count } = await countOfEnds(place, ends).executeTakeFirstOrThrow();
  return Number(count);
}

/** The active connections by broker and the step of time in which they end: from one that has any to the next. */
export function endGroups(
  place: Place,
  tenant: string,
  { brokers, from, until, stepMs, most }: WantedGroups,
): Promise<readonly EndGroup[]> {
  return byIndexAlone(place, async (within) => {
    const groups: EndGroup[] = [];
    for (const broker of brokers) {
      for (let at = from; at < until; ) {
        const next = await endsBetween(within, tenant, broker, at, until, 1).executeTakeFirst();
        if (typeof next?.endsAt !== "number") break;
        const begin = from + Math.floor((next.endsAt - from) / stepMs) * stepMs;
        const end = Math.min(begin + stepMs, until);
        const ends = endsBetween(within, tenant, broker, begin, end, most);
        groups.push({ broker, from: begin, until: end, count: await countUpTo(within, most, ends) });
        at = end;
      }
    }
    return groups;
  });
}
