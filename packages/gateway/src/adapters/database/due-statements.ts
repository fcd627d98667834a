import { type BrokerId, brokers } from "kunji";
import { sql } from "kysely";
import type { Status } from "../../ports/connections.js";
import type { ConnectionWish, DeliveryWish, VendorWish } from "../../ports/due-work.js";
import { summaryColumns } from "./connection-columns.js";
import { ofLivingTenant } from "./ended-tenants.js";
import { firstOfAll } from "./first-of-all.js";
import { leaseFree } from "./leases.js";
import type { Place } from "./tables.js";

const everyBroker = Object.keys(brokers) as BrokerId[];

/**
 * Where the statements below lock nothing: for whoever only looks. A claim beside one that looked with locks would pass by what
 * these hold, and who may only read can't take any.
 */
export const onlyLooking = ({ db, traits }: Place): Place => ({
  db,
  traits: { ...traits, skipsLocked: false },
});

/**
 * The statement that finds the due connections, longest due first, and locks them where it must: broker by broker, so that
 * none reads past what is due at brokers that are left out.
 */
export function dueConnections(place: Place, { now, limit, at = everyBroker }: ConnectionWish) {
  const { db, traits } = place;
  const query = db
    .selectFrom("connections")
    .select(["tenant", "id", "dueAt"])
    .where("status", "<>", "closed")
    .where(leaseFree(traits, "connections"))
    .where(ofLivingTenant("connections"))
    .$if(traits.skipsLocked, (free) => free.forUpdate().skipLocked());
  const ranges = at.map((broker) => ({
    same: [["broker", broker]] as const,
    order: ["dueAt"],
    until: ["<=", now] as const,
  }));
  return firstOfAll(place, query, ranges, limit);
}

/** The statement that finds the due deliveries, each the first of its connection and webhook. */
export function dueDeliveries({ db, traits }: Place, { now, limit, notTo = [] }: DeliveryWish) {
  return db
    .selectFrom("deliveries")
    .select(["tenant", "webhook", "sequence"])
    .where("dueAt", "<=", now)
    .where(leaseFree(traits, "deliveries"))
    .where(({ eb, and, not }) =>
      and(
        notTo.map(({ tenant, webhook }) =>
          not(and([eb("tenant", "=", tenant), eb("webhook", "=", webhook)])),
        ),
      ),
    )
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

/** Where a connection's session needs its app's vendor session. */
const needingVendor = ["pending", "active", "unsure"] as const satisfies readonly Status[];

/** The statement that finds the vendor sessions to be renewed, first to end first. */
export function endingVendorSessions({ db, traits }: Place, { endsBefore, limit }: VendorWish) {
  return db
    .selectFrom("vendorSessions")
    .select(["tenant", "app"])
    .where("endsAt", "<", endsBefore)
    .where("sealedSession", "is not", null)
    .where("loggedOutAt", "is", null)
    .where(leaseFree(traits, "vendorSessions"))
    .where(ofLivingTenant("vendorSessions"))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("connections")
          .select("connections.id")
          .whereRef("connections.tenant", "=", "vendorSessions.tenant")
          .whereRef("connections.app", "=", "vendorSessions.app")
          .where("connections.status", "in", needingVendor),
      ),
    )
    .orderBy("endsAt")
    .limit(limit)
    .$if(traits.skipsLocked, (query) => query.forUpdate().skipLocked());
}

/** The statement that finds the connections that wait for a confirmation which can't come any more. */
export function pendingWithoutCode({ db }: Place, now: number, limit: number) {
  return (
    db
      .selectFrom("connections")
      .select(summaryColumns)
      // As the index has it, which holds these alone.
      .where("status", "=", sql.lit("pending" as const))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("codes")
              .select("codes.hash")
              .whereRef("codes.tenant", "=", "connections.tenant")
              .whereRef("codes.connection", "=", "connections.id")
              .where("codes.expiresAt", ">", now),
          ),
        ),
      )
      .orderBy("updatedAt")
      .limit(limit)
  );
}

/** The statement that finds the codes that have expired, and locks them where it must. */
export function expiredCodes({ db, traits }: Place, now: number, limit: number) {
  return db
    .selectFrom("codes")
    .select(["tenant", "hash"])
    .where("expiresAt", "<=", now)
    .orderBy("expiresAt")
    .limit(limit)
    .$if(traits.skipsLocked, (query) => query.forUpdate().skipLocked());
}
