import { type RawBuilder, sql } from "kysely";
import type { OrderBudgets, OrderWish } from "../../ports/order-budgets.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

type Kind = "connection" | "app";

/** The budget is for any so many ms. */
const spanMs = 1_000;

/** A row whose last order is so old is of no use any more, in ms. */
const keptMs = 60_000;

class Spent extends Error {}

/**
 * Whether a time counts still. A clock that has been set back leaves times in the future: those further off than a span are none.
 * Both ends are closed, since times are cut to whole ms.
 */
const recent = ({ traits: { now } }: Place, at: RawBuilder<unknown>) =>
  sql`${at} between ${now} - ${sql.lit(spanMs)} and ${now} + ${sql.lit(spanMs)}`;

/**
 * Counts one order in one statement. The row is locked before it is looked at, and the clock read after that, so that of any
 * number of gateways none sees an older count.
 */
async function takeOne(place: Place, tenant: string, kind: Kind, id: string, most: number): Promise<boolean> {
  const { db, traits } = place;
  const { now } = traits;
  const here = sql.ref("order_times.taken");
  const [one, times, all] =
    traits.name === "postgres"
      ? [sql`array[${now}]`, sql`unnest(${here}) as each_one(at)`, sql`array_agg(at)`]
      : [
          sql`json_array(${now})`,
          sql`(select value as at from json_each(${here}))`,
          sql`json_group_array(at)`,
        ];
  const left = sql`select at from ${times} where ${recent(place, sql.ref("at"))}`;
  const { rows } = await sql`
    insert into "order_times" (tenant, kind, id, taken) values (${tenant}, ${kind}, ${id}, ${one})
    on conflict (tenant, kind, id) do update
    set taken = (select ${all} from (${left} union all select ${now}) as kept)
    where (select count(*) from (${left}) as counted) < ${most}
    returning kind`.execute(db);
  return rows.length === 1;
}

async function takeBoth(place: Place, tenant: string, wish: OrderWish): Promise<Kind | undefined> {
  const { connection, app, perConnection, perApp } = wish;
  if (perConnection !== null && !(await takeOne(place, tenant, "connection", connection, perConnection)))
    return "connection";
  if (perApp !== null && !(await takeOne(place, tenant, "app", app, perApp))) return "app";
  return undefined;
}

/**
 * Erases rows whose orders count no more; answers how many. What is being counted is left alone and not waited for: of two who
 * hold one row each and wait for the other's, the database would end one.
 */
export async function forgetOrderTimes({ db, traits }: Place, limit: number): Promise<number> {
  const { now, name, skipsLocked } = traits;
  const times = name === "postgres" ? sql`unnest(taken) as each_one(at)` : sql`json_each(taken) as each_one`;
  const at = name === "postgres" ? sql`at` : sql`each_one.value`;
  const { rows } = await sql`
    with old as (
      select tenant, kind, id from "order_times" where not exists (
        select 1 from ${times} where ${at} between ${now} - ${sql.lit(keptMs)} and ${now} + ${sql.lit(spanMs)}
      ) limit ${sql.lit(limit)} ${skipsLocked ? sql`for update skip locked` : sql``})
    delete from "order_times" where (tenant, kind, id) in (select tenant, kind, id from old) returning kind`.execute(
    db,
  );
  return rows.length;
}

export function orderBudgetsIn(place: Place): OrderBudgets {
  return {
    async take(tenant, wish) {
      if (wish.perConnection === null || wish.perApp === null) return takeBoth(place, tenant, wish);
      try {
        return await together(place, async (within) => {
          const spent = await takeBoth(within, tenant, wish);
          // The connection has not ordered: its count must not stand.
          if (spent === "app") throw new Spent();
          return spent;
        });
      } catch (error) {
        if (error instanceof Spent) return "app";
        throw error;
      }
    },
  };
}
