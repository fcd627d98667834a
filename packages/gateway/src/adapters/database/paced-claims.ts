import { sql } from "kysely";
import type { Pace } from "../../domain/renewal-pace.js";
import type { Connection } from "../../ports/connections.js";
import type { PacedClaim, PacedWish } from "../../ports/due-work.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

/** Beside the times of orders, of which each has its tenant: the pace at a broker is that of all tenants. */
const everyTenant = "";
const kind = "paced";

/** Within the span before now, on the database's clock. One that was set back leaves later times, which count for none. */
const recent = (times: readonly number[], now: number, { spanMs }: Pace): readonly number[] =>
  times.filter((at) => at <= now && at > now - spanMs);

/** The times of the last claims at a broker, and the database's clock. Until the transaction's end nobody else claims there. */
async function lastClaims({ db, traits }: Place, broker: string) {
  const none = traits.name === "postgres" ? sql`array[]::bigint[]` : sql`json_array()`;
  const { rows } = await sql<{ readonly taken: string | readonly (string | number)[] }>`
    insert into "order_times" (tenant, kind, id, taken) values (${everyTenant}, ${kind}, ${broker}, ${none})
    on conflict (tenant, kind, id) do update set id = excluded.id returning taken`.execute(db);
  // The lock may have been waited for: the clock is read once it is there.
  const { rows: read } = await sql<{ readonly now: number }>`select ${traits.now} as now`.execute(db);
  const taken = rows[0]?.taken ?? [];
  const times: readonly (string | number)[] = typeof taken === "string" ? JSON.parse(taken) : taken;
  return { times: times.map(Number), now: Number(read[0]?.now) };
}

async function keepClaims({ db, traits }: Place, broker: string, times: readonly number[]): Promise<void> {
  const taken = traits.name === "postgres" ? sql`${[...times]}::bigint[]` : sql`${JSON.stringify(times)}`;
  await sql`update "order_times" set taken = ${taken}
    where tenant = ${everyTenant} and kind = ${kind} and id = ${broker}`.execute(db);
}

/** Looks at what is due, and claims it. */
export interface DueAtBroker {
  readonly isAny: () => Promise<boolean>;
  readonly claim: (within: Place, limit: number) => Promise<readonly Connection[]>;
}

/**
 * Claims what is due at one broker, no more than its pace allows to all gateways together. Where nothing is due it writes nothing:
 * every gateway looks every second, and most of the time in vain.
 */
export async function claimPaced(
  place: Place,
  { broker, pace, limit }: Pick<PacedWish, "broker" | "pace" | "limit">,
  { isAny, claim }: DueAtBroker,
): Promise<PacedClaim> {
  if (!(await isAny())) return { claimed: [], againMs: null };
  return together(place, async (within) => {
    const { times, now } = await lastClaims(within, broker);
    const before = recent(times, now, pace);
    const room = pace.most - before.length;
    const claimed = room > 0 ? await claim(within, Math.min(limit, room)) : [];
    const all = [...before, ...claimed.map(() => now)];
    if (claimed.length > 0) await keepClaims(within, broker, all);
    const againMs = all.length < pace.most ? null : Math.max(1, Math.min(...all) + pace.spanMs - now);
    return { claimed, againMs };
  });
}
