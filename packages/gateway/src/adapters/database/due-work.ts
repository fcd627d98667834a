import type { Connection } from "../../ports/connections.js";
import type { DueWish, DueWork } from "../../ports/due-work.js";
import type { Delivery, DueDelivery } from "../../ports/webhooks.js";
import { leaseBegun, leaseFree } from "./leases.js";
import type { Place } from "./tables.js";
import { webhookFrom } from "./webhooks.js";

/** The statement that finds the due connections, longest due first, and locks them where it must. */
export function dueConnections({ db, traits }: Place, { now, limit }: DueWish) {
  return db
    .selectFrom("connections")
    .select(["tenant", "id"])
    .where("dueAt", "<=", now)
    .where("status", "<>", "closed")
    .where(leaseFree(traits, "connections"))
    .orderBy("dueAt")
    .limit(limit)
    .$if(traits.skipsLocked, (query) => query.forUpdate().skipLocked());
}

/** The statement that finds the due deliveries, each the first of its connection and webhook. */
export function dueDeliveries({ db, traits }: Place, { now, limit }: DueWish) {
  return db
    .selectFrom("deliveries")
    .select(["tenant", "webhook", "sequence"])
    .where("dueAt", "<=", now)
    .where(leaseFree(traits, "deliveries"))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("deliveries as earlier")
            .select("earlier.sequence")
            .whereRef("earlier.tenant", "=", "deliveries.tenant")
            .whereRef("earlier.webhook", "=", "deliveries.webhook")
            .whereRef("earlier.connection", "=", "deliveries.connection")
            .whereRef("earlier.sequence", "<", "deliveries.sequence")
            .where("earlier.dueAt", "is not", null),
        ),
      ),
    )
    .orderBy("dueAt")
    .limit(limit)
    .$if(traits.skipsLocked, (query) => query.forUpdate().skipLocked());
}

const longestDue = (a: Connection | Delivery, b: Connection | Delivery): number =>
  (a.dueAt ?? 0) - (b.dueAt ?? 0);

async function withItsEvent({ db }: Place, delivery: Delivery): Promise<DueDelivery> {
  const { tenant, webhook, sequence } = delivery;
  const event = await db
    .selectFrom("events")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("sequence", "=", sequence)
    .executeTakeFirstOrThrow();
  const to = await db
    .selectFrom("webhooks")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("id", "=", webhook)
    .executeTakeFirstOrThrow();
  return { delivery, event, webhook: webhookFrom(to) };
}

export function dueWorkIn(place: Place): DueWork {
  const { db, traits } = place;
  return {
    // The claim stands in a `with`: within `in (…)`, PostgreSQL may run it more than once and claim more.
    async claimConnections(wish) {
      const claimed = await db
        .with("due", () => dueConnections(place, wish))
        .updateTable("connections")
        .set(leaseBegun(traits, wish))
        .where((row) =>
          row(
            row.refTuple("tenant", "id"),
            "in",
            row.selectFrom("due").select(["tenant", "id"]).$asTuple("tenant", "id"),
          ),
        )
        .returningAll()
        .execute();
      return claimed.sort(longestDue);
    },

    async claimDeliveries(wish) {
      const claimed = await db
        .with("due", () => dueDeliveries(place, wish))
        .updateTable("deliveries")
        .set(leaseBegun(traits, wish))
        .where((row) =>
          row(
            row.refTuple("tenant", "webhook", "sequence"),
            "in",
            row
              .selectFrom("due")
              .select(["tenant", "webhook", "sequence"])
              .$asTuple("tenant", "webhook", "sequence"),
          ),
        )
        .returningAll()
        .execute();
      return Promise.all(claimed.sort(longestDue).map((delivery) => withItsEvent(place, delivery)));
    },

    async forgetExpired(now) {
      let forgotten = 0;
      for (const table of ["attempts", "codes", "links"] as const) {
        const rows = await db.deleteFrom(table).where("expiresAt", "<=", now).returning("hash").execute();
        forgotten += rows.length;
      }
      return forgotten;
    },
  };
}
