import type { Connection } from "../../ports/connections.js";
import type { ConnectionWish, DueWork } from "../../ports/due-work.js";
import type { Delivery, DueDelivery } from "../../ports/webhooks.js";
import {
  dueConnections,
  dueDeliveries,
  endingVendorSessions,
  expiredCodes,
  onlyLooking,
  pendingWithoutCode,
} from "./due-statements.js";
import { ofEndedTenants, openOfEndedTenants, vendorSessionsOf } from "./ended-tenants.js";
import { tenantsToAnchor, tenantsWithOld } from "./history-statements.js";
import { byIndexAlone } from "./index-range.js";
import { leaseBegun } from "./leases.js";
import { forgetOrderTimes } from "./order-budgets.js";
import { claimPaced } from "./paced-claims.js";
import type { Place } from "./tables.js";
import { webhookFrom } from "./webhook-rows.js";

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

/** The claim stands in a `with`: within `in (…)`, PostgreSQL may run it more than once and claim more. */
async function claimConnections(place: Place, wish: ConnectionWish): Promise<readonly Connection[]> {
  const claimed = await byIndexAlone(place, (within) =>
    within.db
      .with("due", () => dueConnections(within, wish))
      .updateTable("connections")
      .set(leaseBegun(within.traits, wish))
      .where((row) =>
        row(
          row.refTuple("tenant", "id"),
          "in",
          row.selectFrom("due").select(["tenant", "id"]).$asTuple("tenant", "id"),
        ),
      )
      .returningAll()
      .execute(),
  );
  return claimed.sort(longestDue);
}

async function isAnyDue(place: Place, wish: ConnectionWish): Promise<boolean> {
  const due = await byIndexAlone(place, (within) =>
    dueConnections(onlyLooking(within), { ...wish, limit: 1 }).execute(),
  );
  return due.length > 0;
}

export function dueWorkIn(place: Place): DueWork {
  const { db, traits } = place;
  return {
    claimConnections: (wish) => claimConnections(place, wish),

    claimPaced: (wish) =>
      claimPaced(place, wish, {
        isAny: () => isAnyDue(place, { ...wish, at: [wish.broker] }),
        claim: (within, limit) => claimConnections(within, { ...wish, limit, at: [wish.broker] }),
      }),

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

    async claimVendorSessions(wish) {
      const claimed = await db
        .with("due", () => endingVendorSessions(place, wish))
        .updateTable("vendorSessions")
        .set(leaseBegun(traits, wish))
        .where((row) =>
          row(
            row.refTuple("tenant", "app"),
            "in",
            row.selectFrom("due").select(["tenant", "app"]).$asTuple("tenant", "app"),
          ),
        )
        .returningAll()
        .execute();
      return claimed.sort((a, b) => (a.endsAt ?? 0) - (b.endsAt ?? 0));
    },

    pendingWithoutCode: (now, limit) => pendingWithoutCode(place, now, limit).execute(),

    tenantsWithOld: (what, before, limit) => tenantsWithOld(place, what, before, limit),
    tenantsToAnchor: (before, limit) => tenantsToAnchor(place, before, limit),
    openOfEndedTenants: (limit) => openOfEndedTenants(place, limit),
    vendorsOfEndedTenants: (limit) =>
      ofEndedTenants(place, (tenants) => vendorSessionsOf(place, tenants, limit)),

    takeExpiredCodes: (now, limit) =>
      db
        .with("expired", () => expiredCodes(place, now, limit))
        .deleteFrom("codes")
        .where((row) =>
          row(
            row.refTuple("tenant", "hash"),
            "in",
            row.selectFrom("expired").select(["tenant", "hash"]).$asTuple("tenant", "hash"),
          ),
        )
        .returningAll()
        .execute(),

    async forgetExpired(now) {
      let forgotten = 0;
      for (const table of ["attempts", "idempotentRequests"] as const) {
        const { numDeletedRows } = await db
          .deleteFrom(table)
          .where("expiresAt", "<=", now)
          .executeTakeFirstOrThrow();
        forgotten += Number(numDeletedRows);
      }
      return forgotten;
    },

    forgetOrderTimes: (limit) => forgetOrderTimes(place, limit),
  };
}
