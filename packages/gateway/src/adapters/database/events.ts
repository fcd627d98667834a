import { sql } from "kysely";
import { filterNames, passesFilter } from "../../domain/webhook-filter.js";
import type { Event, Events } from "../../ports/events.js";
import { subjectsOf } from "./event-subjects.js";
import { byIndexAlone } from "./index-range.js";
import { leaseEnded } from "./leases.js";
import { newestEvents } from "./newest-first.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";
import { filterFrom } from "./webhook-rows.js";

type NewEvent = Omit<Event, "tenant" | "sequence">;

/** The webhooks that are to get an event. */
async function wanting(place: Place, event: Event, only: string | undefined): Promise<readonly string[]> {
  const live = await place.db
    .selectFrom("webhooks")
    .select(["id", ...filterNames])
    .where("tenant", "=", event.tenant)
    .where("endedAt", "is", null)
    .where("pausedAt", "is", null)
    .$if(only !== undefined, (query) => query.where("id", "=", only ?? ""))
    .execute();
  if (only !== undefined || live.length === 0) return live.map(({ id }) => id);
  const filters = live.map((row) => ({ id: row.id, filter: filterFrom(row) }));
  const bySubject = filters.some(({ filter }) => filter.apps ?? filter.brokers ?? filter.users);
  const [subject] = bySubject ? await subjectsOf(place, event.tenant, [event]) : [{ type: event.type }];
  return filters.filter(({ filter }) => subject && passesFilter(filter, subject)).map(({ id }) => id);
}

async function deliver(place: Place, event: Event, only: string | undefined): Promise<void> {
  const { tenant, sequence, connection, at } = event;
  const webhooks = await wanting(place, event, only);
  if (webhooks.length === 0) return;
  const begun = { tries: 0, begunAt: null, dueAt: at, deliveredAt: null, lastStatus: null, ...leaseEnded };
  await place.db
    .insertInto("deliveries")
    .values(webhooks.map((webhook) => ({ ...begun, tenant, webhook, sequence, connection })))
    .execute();
}

async function appendIn(
  place: Place,
  tenant: string,
  event: NewEvent,
  only: string | undefined,
): Promise<Event | undefined> {
  const counted = await place.db
    .updateTable("tenants")
    .set({ lastSequence: sql<number>`last_sequence + 1` })
    .where("id", "=", tenant)
    .returning("lastSequence")
    .executeTakeFirst();
  if (!counted) return undefined;
  const written = { ...event, tenant, sequence: counted.lastSequence };
  await place.db.insertInto("events").values(written).execute();
  await deliver(place, written, only);
  return written;
}

/** The last event that may be erased: all up to it are old, and none of them is on its way. */
async function lastToErase({ db }: Place, tenant: string, after: number, before: number, limit: number) {
  const found = await db
    .selectFrom("events")
    .select(["sequence", "at"])
    .where("tenant", "=", tenant)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  const kept = found.findIndex(({ at }) => at >= before);
  const last = (kept === -1 ? found : found.slice(0, kept)).at(-1)?.sequence ?? after;
  const onItsWay = await db
    .selectFrom("deliveries")
    .select(({ fn }) => fn.min("sequence").as("sequence"))
    .where("tenant", "=", tenant)
    .where(({ eb, selectFrom }) =>
      eb("webhook", "in", selectFrom("webhooks").select("webhooks.id").where("webhooks.tenant", "=", tenant)),
    )
    .where("sequence", "<=", last)
    // Said as a sum: the few that are as old are found by their key, not among all that are on their way.
    .where(sql`${sql.ref("dueAt")} + 0`, "is not", null)
    .executeTakeFirst();
  return onItsWay?.sequence ? onItsWay.sequence - 1 : last;
}

async function eraseIn(place: Place, tenant: string, before: number, limit: number): Promise<number> {
  const { db } = place;
  const row = await db
    .updateTable("tenants")
    .set({ eventsErased: sql<number>`events_erased` })
    .where("id", "=", tenant)
    .returning("eventsErased")
    .executeTakeFirst();
  if (!row) return 0;
  const last = await lastToErase(place, tenant, row.eventsErased, before, limit);
  if (last <= row.eventsErased) return 0;
  await db
    .deleteFrom("deliveries")
    .where("tenant", "=", tenant)
    .where(({ eb, selectFrom }) =>
      eb("webhook", "in", selectFrom("webhooks").select("webhooks.id").where("webhooks.tenant", "=", tenant)),
    )
    .where("sequence", "<=", last)
    .execute();
  await db.deleteFrom("events").where("tenant", "=", tenant).where("sequence", "<=", last).execute();
  await db.updateTable("tenants").set({ eventsErased: last }).where("id", "=", tenant).execute();
  return last - row.eventsErased;
}

/** The statement behind a page of events. */
export const eventList = ({ db }: Place, tenant: string, after: number, limit: number) =>
  db
    .selectFrom("events")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit);

export function eventsIn(place: Place): Events {
  return {
    append: (tenant, event, only) => together(place, (within) => appendIn(within, tenant, event, only)),

    list: (tenant, after, limit) => eventList(place, tenant, after, limit).execute(),

    newest: (tenant, part) => byIndexAlone(place, (within) => newestEvents(within, tenant, part).execute()),

    erase: (tenant, before, limit) => together(place, (within) => eraseIn(within, tenant, before, limit)),
  };
}
