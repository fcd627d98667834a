import { sql } from "kysely";
import type { Connection, WantedMoment } from "../../ports/connections.js";
import type { Listed, Page } from "../../ports/page.js";
import { firstOfAll } from "./first-of-all.js";
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
  const ofBroker = ({ broker, at }: WantedMoment) =>
    place.db
      .selectFrom("connections")
      .selectAll()
      .select(readyUntil.as("place"))
      .where("tenant", "=", tenant)
      .where("broker", "=", broker)
      .where(readyUntil, "<=", at)
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(${readyUntil}, ${sql.ref("id")}) > (${after?.endsAt ?? 0}, ${after?.id})`),
      );
  return firstOfAll(place, moments.map(ofBroker), ["readyUntil", "id"], limit + 1);
}

/** One page of them. */
export async function notReady(
  place: Place,
  tenant: string,
  moments: readonly WantedMoment[],
  page: Page,
): Promise<Listed<Connection>> {
  const rows = await notReadyOnes(place, tenant, moments, page).execute();
  const found = rows.slice(0, page.limit);
  const items = found.map(({ place: _, ...connection }): Connection => connection);
  const last = found.at(-1);
  return {
    items,
    next: last && rows.length > page.limit ? { id: last.id, endsAt: last.place } : null,
  };
}
