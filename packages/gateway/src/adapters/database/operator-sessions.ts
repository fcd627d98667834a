import type { OperatorSessions } from "../../ports/operator-sessions.js";
import { together } from "./open-connection.js";
import type { Place, Tables } from "./tables.js";

const ofOperator = ({ db }: Place, tenant: string, operator: string) =>
  db.deleteFrom("operatorSessions").where("tenant", "=", tenant).where("operator", "=", operator);

async function addIn(place: Place, session: Tables["operatorSessions"], most: number): Promise<boolean> {
  const { db } = place;
  const { tenant, operator, createdAt } = session;
  await ofOperator(place, tenant, operator).where("expiresAt", "<=", createdAt).execute();
  const added = await db
    .insertInto("operatorSessions")
    .values(session)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  const tooMany = await db
    .selectFrom("operatorSessions")
    .select("id")
    .where("tenant", "=", tenant)
    .where("operator", "=", operator)
    .where("id", "<>", session.id)
    .orderBy("usedAt", "desc")
    .orderBy("id")
    .limit(1_000)
    .offset(most - 1)
    .execute();
  for (const { id } of tooMany) await ofOperator(place, tenant, operator).where("id", "=", id).execute();
  return added !== undefined;
}

export function operatorSessionsIn(place: Place): OperatorSessions {
  const { db } = place;
  return {
    add: (tenant, session, most) => together(place, (within) => addIn(within, { ...session, tenant }, most)),

    list: (tenant, operator, now) =>
      db
        .selectFrom("operatorSessions")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("operator", "=", operator)
        .where("expiresAt", ">", now)
        .orderBy("createdAt", "desc")
        .orderBy("id")
        .execute(),

    async touch(tenant, operator, id, use) {
      const row = await db
        .updateTable("operatorSessions")
        .set(use)
        .where("tenant", "=", tenant)
        .where("operator", "=", operator)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst();
      return row !== undefined;
    },

    async end(tenant, operator, id) {
      const row = await ofOperator(place, tenant, operator)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst();
      return row !== undefined;
    },

    async endAll(tenant, operator, except = "") {
      const rows = await ofOperator(place, tenant, operator)
        .where("id", "<>", except)
        .returning("id")
        .execute();
      return rows.length;
    },
  };
}
