import { sql } from "kysely";
import { passesFilter } from "../../domain/webhook-filter.js";
import type { Event } from "../../ports/events.js";
import type { Newest } from "../../ports/page.js";
import type { Webhook, Webhooks } from "../../ports/webhooks.js";
import { subjectsOf } from "./event-subjects.js";
import { byIndexAlone } from "./index-range.js";
import { leaseEnded } from "./leases.js";
import { listById } from "./listed.js";
import { newestSent } from "./newest-first.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";
import { changeIn, endIn, noteOutcomeIn, pauseIn } from "./webhook-changes.js";
import { filterColumns, webhookFrom } from "./webhook-rows.js";

/** On PostgreSQL the tenant's row is locked, so that nobody adds a webhook between the count and the end. */
async function countLiveIn({ db, traits }: Place, tenant: string): Promise<number> {
  await db
    .selectFrom("tenants")
    .select("id")
    .where("id", "=", tenant)
    .$if(traits.skipsLocked, (query) => query.forUpdate())
    .execute();
  const { live } = await db
    .selectFrom("webhooks")
    .select(({ fn }) => fn.countAll<number>().as("live"))
    .where("tenant", "=", tenant)
    .where("endedAt", "is", null)
    .executeTakeFirstOrThrow();
  return live;
}

async function replayIn(
  { db }: Place,
  tenant: string,
  webhook: string,
  events: readonly Event[],
  at: number,
) {
  if (events.length === 0) return 0;
  const again = { tries: 0, begunAt: at, dueAt: at, deliveredAt: null, lastStatus: null, ...leaseEnded };
  const written = await db
    .insertInto("deliveries")
    .values(events.map(({ sequence, connection }) => ({ ...again, tenant, webhook, sequence, connection })))
    .onConflict((conflict) =>
      conflict
        .columns(["tenant", "webhook", "sequence"])
        .doUpdateSet(again)
        .where("deliveries.dueAt", "is", null)
        .where("deliveries.tenant", "=", tenant),
    )
    .returning("sequence")
    .execute();
  return written.length;
}

async function wantedOf(place: Place, tenant: string, webhook: Webhook, events: readonly Event[]) {
  const subjects = await subjectsOf(place, tenant, events);
  return events.filter((_, i) => {
    const subject = subjects[i];
    return subject && passesFilter(webhook, subject);
  });
}

/** The statement behind a page of what was sent to a webhook. */
export const deliveryList = ({ db }: Place, tenant: string, webhook: string, after: number, limit: number) =>
  db
    .selectFrom("deliveries")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("webhook", "=", webhook)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit);

/** The newest of what was sent to a webhook, with the types of the events. */
function newestDeliveries(place: Place, tenant: string, webhook: string, part: Newest) {
  return byIndexAlone(place, async (within) => {
    const sent = await newestSent(within, tenant, webhook, part).execute();
    if (sent.length === 0) return [];
    const events = await within.db
      .selectFrom("events")
      .select(["sequence", "type"])
      .where("tenant", "=", tenant)
      .where(
        "sequence",
        "in",
        sent.map(({ sequence }) => sequence),
      )
      .execute();
    const types = new Map(events.map(({ sequence, type }) => [sequence, type]));
    return sent.map((delivery) => ({ ...delivery, type: types.get(delivery.sequence) ?? "" }));
  });
}

export function webhooksIn(place: Place): Webhooks {
  const { db } = place;
  return {
    async add(tenant, { id, url, sealedSecret, createdAt, ...filter }) {
      const unset = { types: null, apps: null, brokers: null, users: null };
      const fresh = {
        failingSince: null,
        succeededAt: null,
        pausedAt: null,
        pausedFrom: null,
        endedAt: null,
      };
      const row = await db
        .insertInto("webhooks")
        .values({ ...unset, ...filterColumns(filter), ...fresh, tenant, id, url, sealedSecret, createdAt })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      return row && webhookFrom(row);
    },

    countLive: (tenant) => countLiveIn(place, tenant),
    change: (tenant, id, change) => changeIn(place, tenant, id, change),

    async get(tenant, id) {
      const row = await db
        .selectFrom("webhooks")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row && webhookFrom(row);
    },

    list: (tenant, page) =>
      listById(db.selectFrom("webhooks").selectAll().where("tenant", "=", tenant), page, webhookFrom),

    end: (tenant, id, at) => together(place, (within) => endIn(within, tenant, id, at)),
    noteOutcome: (tenant, id, outcome) => noteOutcomeIn(place, tenant, id, outcome),
    pause: (tenant, id, since, at) => together(place, (within) => pauseIn(within, tenant, id, since, at)),

    async resume(tenant, id) {
      const resumed = await db
        .updateTable("webhooks")
        .set({ pausedAt: null, failingSince: null })
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("pausedAt", "is not", null)
        .where("endedAt", "is", null)
        .returning("id")
        .executeTakeFirst();
      return resumed !== undefined;
    },

    replay: (tenant, id, events, at) => replayIn(place, tenant, id, events, at),
    wanted: (tenant, webhook, events) => wantedOf(place, tenant, webhook, events),

    deliveries: (tenant, id, after, limit) => deliveryList(place, tenant, id, after, limit).execute(),

    newestDeliveries: (tenant, id, part) => newestDeliveries(place, tenant, id, part),

    async settle(tenant, id, sequence, owner, { status, deliveredAt, dueAt }) {
      const settled = await db
        .updateTable("deliveries")
        .set({ ...leaseEnded, tries: sql<number>`tries + 1`, lastStatus: status, deliveredAt, dueAt })
        .where("tenant", "=", tenant)
        .where("webhook", "=", id)
        .where("sequence", "=", sequence)
        .where("leaseOwner", "=", owner)
        .returning("sequence")
        .executeTakeFirst();
      return settled !== undefined;
    },
  };
}
