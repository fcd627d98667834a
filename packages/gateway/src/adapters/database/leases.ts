import { type RawBuilder, sql } from "kysely";
import type { LeaseWish } from "../../ports/lease.js";
import type { Traits } from "./dialect.js";

/** True of a row that nobody holds; `table` where another table has the column as well. */
export const leaseFree = ({ now }: Traits, table: string): RawBuilder<boolean> => {
  const until = sql.ref(`${table}.leaseUntil`);
  return sql<boolean>`(${until} is null or ${until} <= ${now})`;
};

/** True of a row that is held now. */
export const leaseAlive = ({ now }: Traits): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref("leaseUntil")} > ${now}`;

/** The columns of a lease that begins now. */
export function leaseBegun({ now }: Traits, { owner, ms }: LeaseWish) {
  return { leaseOwner: owner, leaseUntil: sql<number>`${now} + ${sql.lit(Math.trunc(ms))}` };
}

/** The columns of a row that nobody holds. */
export const leaseEnded = { leaseOwner: null, leaseUntil: null } as const;
