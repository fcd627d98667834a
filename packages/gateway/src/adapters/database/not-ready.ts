import { sql } from "kysely";
import type { Connection, WantedMoment } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import { firstOfAll } from "./first-of-all.js";
import { byIndexAlone } from "./index-range.js";
import type { Place } from "./tables.js";

/** Where a connection stops being ready: the database's own column. */
const readyUntil = sql.ref<number>("readyUntil");

/** The statement behind `notReady`, which asks for one row more than the page holds. */
export function notReadyOnes(
  place: Place,
  tenant: string,
  moments: readonly WantedMoment[],
  { limit, after }: Page,
) {
  const query = place.db
    .selectFrom("connections")
    .selectAll()
    .select(readyUntil.as("place"))
    .where("tenant", "=", tenant);
  const ranges = moments.map(({ broker, at }) => ({
    same: [["broker", broker]] as const,
    order: ["readyUntil", "id"],
    after: after && [after.endsAt ?? 0, after.id],
    until: ["<=", at] as const,
  }));
  return firstOfAll(place, query, ranges, limit + 1);
}

/** One page of them. */
export async function notReady(
  place: Place,
  tenant: string,
  moments: readonly WantedMoment[],
  page: Page,
): Promise<Listed<Connection>> {
  const rows = await byIndexAlone(place, (within) => notReadyOnes(within, tenant, moments, page).execute());
  const found = rows.slice(0, page.limit);
  const items = found.map(({ place: _, ...connection }): Connection => connection);
  const last = found.at(-1);
  return {
    items,
    next: last && rows.length > page.limit ? { id: last.id, endsAt: last.place } : null,
  };
}
