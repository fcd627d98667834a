import { sql } from "kysely";
import type { Event, Events } from "../../ports/events.js";
import { leaseEnded } from "./leases.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

type NewEvent = Omit<Event, "tenant" | "sequence">;

async function deliver({ db }: Place, event: Event): Promise<void> {
  const { tenant, sequence, connection, at } = event;
  const webhooks = await db
    .selectFrom("webhooks")
    .select(["id", "types"])
    .where("tenant", "=", tenant)
    .where("endedAt", "is", null)
    .execute();
  const wanting = webhooks.filter(
    ({ types }) => types === null || (JSON.parse(types) as string[]).includes(event.type),
  );
  if (wanting.length === 0) return;
  const begun = { tries: 0, dueAt: at, deliveredAt: null, lastStatus: null, ...leaseEnded };
  await db
    .insertInto("deliveries")
    .values(wanting.map(({ id }) => ({ ...begun, tenant, webhook: id, sequence, connection })))
    .execute();
}

async function appendIn(place: Place, tenant: string, event: NewEvent): Promise<Event | undefined> {
  const counted = await place.db
    .updateTable("tenants")
    .set({ lastSequence: sql<number>`last_sequence + 1` })
    .where("id", "=", tenant)
    .returning("lastSequence")
    .executeTakeFirst();
  if (!counted) return undefined;
  const written = { ...event, tenant, sequence: counted.lastSequence };
  await place.db.insertInto("events").values(written).execute();
  await deliver(place, written);
  return written;
}

export function eventsIn(place: Place): Events {
  return {
    append: (tenant, event) => together(place, (within) => appendIn(within, tenant, event)),

    list: (tenant, after, limit) =>
      place.db
        .selectFrom("events")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(limit)
        .execute(),
  };
}
