import { sql } from "kysely";
import type { Connection, ConnectionChange, Connections } from "../../ports/connections.js";
import { summaryColumns } from "./connection-columns.js";
import { connectionLeasesIn } from "./connection-leases.js";
import { listConnections } from "./connection-lists.js";
import { leaseEnded } from "./leases.js";
import { notReady } from "./not-ready.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

const unwarned = { warnedEveningAt: null, warnedSoonAt: null } as const;

const blank = {
  account: null,
  status: "new",
  reason: null,
  generation: 0,
  sealedSession: null,
  sessionKey: null,
  startedAt: null,
  usedAt: null,
  endsAt: null,
  dueAt: null,
  triedAt: null,
  triedWhat: null,
  egress: null,
  sealedEgress: null,
  ...unwarned,
  ...leaseEnded,
} as const satisfies Partial<Connection>;

const columns = <T extends { readonly at: number }>({ at, ...change }: T) => ({ ...change, updatedAt: at });

/** A connection whose session is erased shares it with no other. */
const changed = (change: ConnectionChange) => ({
  ...columns(change),
  ...(change.sealedSession === null && { sessionKey: null }),
});
const nextGeneration = sql<number>`generation + 1`;

/** The connection and those that share its session, as a condition on `connections`. */
function sharers({ db }: Place, tenant: string, id: string) {
  const own = db.selectFrom("connections").where("tenant", "=", tenant).where("id", "=", id);
  return db
    .selectFrom("connections as other")
    .select("other.id")
    .where("other.tenant", "=", tenant)
    .where("other.app", "=", own.select("app"))
    .where("other.sessionKey", "=", own.select("sessionKey"));
}

async function forgetLogins({ db }: Place, tenant: string, connection: string): Promise<void> {
  for (const table of ["attempts", "codes"] as const)
    await db.deleteFrom(table).where("tenant", "=", tenant).where("connection", "=", connection).execute();
}

async function closeIn(
  place: Place,
  tenant: string,
  id: string,
  at: number,
): Promise<Connection | undefined> {
  const closed = await place.db
    .updateTable("connections")
    .set({
      ...leaseEnded,
      status: "closed",
      reason: null,
      generation: nextGeneration,
      sealedSession: null,
      sessionKey: null,
      egress: null,
      sealedEgress: null,
      endsAt: null,
      dueAt: null,
      triedAt: null,
      triedWhat: null,
      updatedAt: at,
    })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .where("status", "<>", "closed")
    .returningAll()
    .executeTakeFirst();
  if (closed) await forgetLogins(place, tenant, id);
  return closed;
}

export function connectionsIn(place: Place): Connections {
  const { db } = place;
  return {
    ...connectionLeasesIn(place),

    async add(tenant, { at, ...connection }) {
      const app = await db
        .selectFrom("apps")
        .select("broker")
        .where("tenant", "=", tenant)
        .where("id", "=", connection.app)
        .executeTakeFirst();
      if (!app) return undefined;
      return db
        .insertInto("connections")
        .values({ ...blank, ...connection, ...app, tenant, createdAt: at, updatedAt: at })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
    },

    get: (tenant, id) =>
      db
        .selectFrom("connections")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst(),

    list: (tenant, filter, page) => listConnections(place, tenant, filter, page),

    notReady: (tenant, moment, page) => notReady(place, tenant, moment, page),

    putSession: (tenant, id, from, session) =>
      db
        .updateTable("connections")
        .set({ ...columns(session), ...unwarned, generation: nextGeneration, triedAt: null, triedWhat: null })
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("generation", "=", from)
        .where("status", "<>", "closed")
        .returningAll()
        .executeTakeFirst(),

    change: (tenant, id, { generation, status }, change) =>
      db
        .updateTable("connections")
        .set(changed(change))
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("generation", "=", generation)
        .where("status", "<>", "closed")
        .$if(status !== undefined, (query) => query.where("status", "in", status ?? []))
        .returningAll()
        .executeTakeFirst(),

    changeAllOfApp: (tenant, app, from, change) =>
      db
        .updateTable("connections")
        .set(changed(change))
        .where("tenant", "=", tenant)
        .where("app", "=", app)
        .where("status", "<>", "closed")
        .where("status", "in", from)
        .returning(summaryColumns)
        .execute(),

    async touch(tenant, id, { at, endsAt }) {
      const touched = await db
        .updateTable("connections")
        .set({ usedAt: at, ...(endsAt !== undefined && { endsAt }) })
        .where("tenant", "=", tenant)
        .where((row) => row.or([row("id", "=", id), row("id", "in", sharers(place, tenant, id))]))
        .where("sealedSession", "is not", null)
        .where("usedAt", "<", at)
        .returning("id")
        .execute();
      return touched.length > 0;
    },

    sharing: (tenant, id) =>
      db
        .selectFrom("connections")
        .select(summaryColumns)
        .where("tenant", "=", tenant)
        .where("id", "in", sharers(place, tenant, id))
        .where("id", "<>", id)
        .orderBy("id")
        .execute(),

    async anyWithSession(tenant, app, sessionKey) {
      const found = await db
        .selectFrom("connections")
        .select("id")
        .where("tenant", "=", tenant)
        .where("app", "=", app)
        .where("sessionKey", "=", sessionKey)
        .executeTakeFirst();
      return found !== undefined;
    },

    close: (tenant, id, at) => together(place, (within) => closeIn(within, tenant, id, at)),
  };
}
