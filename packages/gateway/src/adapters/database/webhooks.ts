import { sql } from "kysely";
import type { Webhook, Webhooks } from "../../ports/webhooks.js";
import { leaseEnded } from "./leases.js";
import { listById } from "./listed.js";
import { together } from "./open-connection.js";
import type { Place, Tables } from "./tables.js";

/** A row as the port shows it. */
export function webhookFrom(row: Tables["webhooks"]): Webhook {
  return { ...row, types: row.types === null ? null : (JSON.parse(row.types) as string[]) };
}

async function endIn({ db }: Place, tenant: string, id: string, at: number): Promise<boolean> {
  const ended = await db
    .updateTable("webhooks")
    .set({ endedAt: at })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .where("endedAt", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (!ended) return false;
  await db
    .updateTable("deliveries")
    .set({ dueAt: null, ...leaseEnded })
    .where("tenant", "=", tenant)
    .where("webhook", "=", id)
    .where("dueAt", "is not", null)
    .execute();
  return true;
}

export function webhooksIn(place: Place): Webhooks {
  const { db } = place;
  return {
    async add(tenant, webhook) {
      const types = webhook.types && JSON.stringify(webhook.types);
      const row = await db
        .insertInto("webhooks")
        .values({ ...webhook, tenant, types, endedAt: null })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      return row && webhookFrom(row);
    },

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

    deliveries: (tenant, id, after, limit) =>
      db
        .selectFrom("deliveries")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("webhook", "=", id)
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(limit)
        .execute(),

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
