import { sql } from "kysely";
import type { Code } from "../../ports/codes.js";
import type {
  ClosedConnection,
  Connection,
  ConnectionChange,
  ConnectionSummary,
  Connections,
} from "../../ports/connections.js";
import { summaryColumns } from "./connection-columns.js";
import { appCount, endGroups, statusCounts } from "./connection-counts.js";
import { connectionLeasesIn } from "./connection-leases.js";
import { listConnections } from "./connection-lists.js";
import { searchConnections } from "./connection-search.js";
import { heldConnections, type Which } from "./held-connections.js";
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
  carriedUntil: null,
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
  ...(change.sealedSession === null && { sessionKey: null, carriedUntil: null }),
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

/** Erases the logins that are under way; answers the sessions that waited for their user's or tenant's word. */
async function takeLogins({ db }: Place, tenant: string, connection: string): Promise<readonly Code[]> {
  const [attempts, codes] = [db.deleteFrom("attempts"), db.deleteFrom("codes")];
  await attempts.where("tenant", "=", tenant).where("connection", "=", connection).execute();
  return codes.where("tenant", "=", tenant).where("connection", "=", connection).returningAll().execute();
}

/** Changes all that are so: those that are so still once nobody else has hold of them. */
function changeSeveral(
  place: Place,
  tenant: string,
  which: Which,
  change: Partial<Connection>,
): Promise<readonly ConnectionSummary[]> {
  return together(place, async (within) => {
    if (within.traits.skipsLocked) await heldConnections(within, tenant, which);
    return within.db
      .updateTable("connections")
      .set(change)
      .where("tenant", "=", tenant)
      .where(which)
      .returning(summaryColumns)
      .execute();
  });
}

async function closeIn(
  place: Place,
  tenant: string,
  id: string,
  at: number,
): Promise<ClosedConnection | undefined> {
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
      carriedUntil: null,
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
  return closed && { ...closed, waiting: await takeLogins(place, tenant, id) };
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

    search: (tenant, text, limit) => searchConnections(place, tenant, text, limit),
    counts: (tenant, most) => statusCounts(place, tenant, most),
    countOfApp: (tenant, app, wanted) => appCount(place, tenant, app, wanted),
    endGroups: (tenant, wanted) => endGroups(place, tenant, wanted),

    notReady: (tenant, moments, page) => notReady(place, tenant, moments, page),

    putSession: (tenant, id, from, session) =>
      db
        .updateTable("connections")
        .set({ ...unwarned, ...columns(session), generation: nextGeneration, triedAt: null, triedWhat: null })
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

    changeAllOfApp(tenant, app, from, change) {
      const which: Which = (row) =>
        row.and([row("app", "=", app), row("status", "<>", "closed"), row("status", "in", from)]);
      return changeSeveral(place, tenant, which, changed(change));
    },

    async touch(tenant, id, { at, endsAt }) {
      const which: Which = (row) =>
        row.and([
          row.or([row("id", "=", id), row("id", "in", sharers(place, tenant, id))]),
          row("sealedSession", "is not", null),
          row("usedAt", "<", at),
        ]);
      const use = { usedAt: at, ...(endsAt !== undefined && { endsAt }) };
      return (await changeSeveral(place, tenant, which, use)).length > 0;
    },

    hold: (tenant, ids, session) =>
      heldConnections(place, tenant, (row) =>
        row.or([
          row("id", "in", ids),
          ...(session ? [row.and([row("app", "=", session.app), row("sessionKey", "=", session.key)])] : []),
        ]),
      ),

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
      const ofApp = db
        .selectFrom("connections")
        .select("id")
        .where("tenant", "=", tenant)
        .where("app", "=", app);
      const waiting = db
        .selectFrom("codes")
        .select("connection as id")
        .where("tenant", "=", tenant)
        .where("sessionKey", "=", sessionKey)
        .where("connection", "in", ofApp);
      // In one statement: what waits may be confirmed at this moment.
      const found = await ofApp.where("sessionKey", "=", sessionKey).unionAll(waiting).execute();
      return found.length > 0;
    },

    close: (tenant, id, at) => together(place, (within) => closeIn(within, tenant, id, at)),
  };
}
