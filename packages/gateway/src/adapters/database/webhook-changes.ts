import { sql } from "kysely";
import type { Webhook, Webhooks } from "../../ports/webhooks.js";
import { leaseEnded } from "./leases.js";
import type { Place } from "./tables.js";
import { filterColumns, webhookFrom } from "./webhook-rows.js";

/** How exactly the last success is kept, in ms: not every message writes the row. */
const successEveryMs = 60_000;

/** The statement that changes a webhook which has not ended. */
const living = ({ db }: Place, tenant: string, id: string) =>
  db.updateTable("webhooks").where("tenant", "=", tenant).where("id", "=", id).where("endedAt", "is", null);

/** A change locks the row, on PostgreSQL, until the end of the transaction: pause and end wait. */
export async function changeIn(
  place: Place,
  tenant: string,
  id: string,
  { url, ...filter }: Parameters<Webhooks["change"]>[2],
): Promise<Webhook | undefined> {
  const row = await living(place, tenant, id)
    .set({ ...(url === undefined ? { id } : { url }), ...filterColumns(filter) })
    .returningAll()
    .executeTakeFirst();
  return row && webhookFrom(row);
}

export async function noteOutcomeIn(
  place: Place,
  tenant: string,
  id: string,
  { taken, since, at }: Parameters<Webhooks["noteOutcome"]>[2],
): Promise<Webhook | undefined> {
  const known = await place.db
    .selectFrom("webhooks")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .where("endedAt", "is", null)
    .executeTakeFirst();
  if (!known) return undefined;
  const { failingSince, succeededAt } = known;
  const fresh = failingSince === null && succeededAt !== null && succeededAt > at - successEveryMs;
  if (taken ? fresh : failingSince !== null) return webhookFrom(known);
  const row = await living(place, tenant, id)
    .set(
      taken
        ? { failingSince: null, succeededAt: at }
        : { failingSince: sql<number>`coalesce(failing_since, ${Math.max(since, succeededAt ?? 0)})` },
    )
    .returningAll()
    .executeTakeFirst();
  return row && webhookFrom(row);
}

/** Takes off the line what waits for this webhook. */
const holdBack = ({ db }: Place, tenant: string, id: string) =>
  db
    .updateTable("deliveries")
    .set({ dueAt: null, ...leaseEnded })
    .where("tenant", "=", tenant)
    .where("webhook", "=", id)
    .where("dueAt", "is not", null)
    .execute();

export async function endIn(place: Place, tenant: string, id: string, at: number): Promise<boolean> {
  const ended = await living(place, tenant, id).set({ endedAt: at }).returning("id").executeTakeFirst();
  if (!ended) return false;
  await holdBack(place, tenant, id);
  return true;
}

export async function pauseIn(
  place: Place,
  tenant: string,
  id: string,
  since: number,
  at: number,
): Promise<Webhook | undefined> {
  const { db } = place;
  const missed = await db
    .selectFrom("deliveries")
    .innerJoin("events", (join) =>
      join
        .onRef("events.tenant", "=", "deliveries.tenant")
        .onRef("events.sequence", "=", "deliveries.sequence"),
    )
    .select(({ fn }) => fn.min("deliveries.sequence").as("sequence"))
    .where("deliveries.tenant", "=", tenant)
    .where("deliveries.webhook", "=", id)
    .where("deliveries.deliveredAt", "is", null)
    .where(({ fn, eb }) => eb(fn.coalesce("deliveries.begunAt", "events.at"), ">=", since))
    .executeTakeFirst();
  const row = await living(place, tenant, id)
    .set({ pausedAt: at, pausedFrom: missed?.sequence ?? null })
    .where("pausedAt", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  await holdBack(place, tenant, id);
  return webhookFrom(row);
}
