import type { BrokerId } from "kunji";
import { type Market, marketOf } from "../domain/market-days.js";
import { carriedUntil } from "../domain/renewal.js";
import type { Connection, ConnectionSummary } from "../ports/connections.js";
import type { Cursor, Page } from "../ports/page.js";
import type { Ports } from "../ports/ports.js";
import { makeConnectLink, sentLinkMs } from "./connect-link.js";
import { openSession } from "./seal-session.js";

/** A market's moment: the one that was asked for, or its next open. */
export interface MarketReadiness {
  /** ms since 1970, UTC */
  readonly at: number;
  /** Whether the market's holidays are known until then: if not, a holiday may have been taken for a trading day. */
  readonly holidaysKnown: boolean;
}

/** A connection that will have no live session at its moment, or of which nobody can know. */
export interface NotReadyConnection {
  readonly connection: ConnectionSummary;
  /** ms since 1970, UTC */
  readonly at: number;
  /** `unknown` where nobody knows when the session ends, or whether it lives. */
  readonly live: "no" | "unknown";
  readonly connectUrl: string | null;
}

export interface ReadinessReport {
  readonly items: readonly NotReadyConnection[];
  readonly next: Cursor | null;
  readonly markets: Readonly<Record<Market, MarketReadiness>>;
}

export interface ReadinessWish {
  /** ms since 1970, UTC; each market's next open by default. */
  readonly at?: number | undefined;
  readonly page: Page;
  /** Whether each comes with a link to log in. */
  readonly mayConnect: boolean;
}

/** In how many reads a page is filled at most: it may be short, then `next` goes on. */
const mostReads = 10;

function marketsAt({ markets, now }: Ports, at: number | undefined): ReadinessReport["markets"] {
  const of = (market: Market): MarketReadiness => {
    const { at: moment, holidaysKnown } =
      at === undefined
        ? markets[market].nextOpen(now())
        : { at, holidaysKnown: markets[market].isOpen(at).holidaysKnown };
    return { at: moment, holidaysKnown };
  };
  return { NSE: of("NSE"), US: of("US") };
}

/** When a session ends if its broker goes on renewing it. */
function endIfRenewed(ports: Ports, connection: Connection, endsAt: number): number {
  const { broker, reason } = connection;
  const traits = ports.brokers.traits[broker];
  if (!traits.refresh || reason === "refresh_refused") return endsAt;
  if (connection.carriedUntil !== null) return Math.max(endsAt, connection.carriedUntil);
  // A row of an earlier version.
  const session = openSession(ports, connection);
  return Math.max(endsAt, (session && carriedUntil({ traits, session })) ?? 0);
}

/** Whether a session will live at a moment if nobody uses it until then: `undefined` where it will. */
function liveAt(ports: Ports, connection: Connection, at: number): "no" | "unknown" | undefined {
  const { status, endsAt, sealedSession } = connection;
  if (!sealedSession || (status !== "active" && status !== "unsure")) return "no";
  if (endsAt === null) return "unknown";
  if (endIfRenewed(ports, connection, endsAt) <= at) return "no";
  return status === "unsure" ? "unknown" : undefined;
}

/**
 * Who will have no live session at a moment, each with a link to log in. A session that its broker renews counts as live for as
 * long as renewals can carry it: to its daily logout, or to the end of its refresh token where the broker names one; where the
 * broker names neither, it is taken to go on.
 */
export async function readiness(
  ports: Ports,
  tenant: string,
  { at, page, mayConnect }: ReadinessWish,
): Promise<ReadinessReport> {
  const markets = marketsAt(ports, at);
  const momentAt = (broker: BrokerId): number => markets[marketOf[ports.brokers.traits[broker].country]].at;
  const brokers = Object.keys(ports.brokers.traits) as BrokerId[];
  const moments = brokers.map((broker) => ({ broker, at: momentAt(broker) }));
  const items: NotReadyConnection[] = [];
  let after: Cursor | null | undefined = page.after;
  for (let read = 0; read < mostReads && items.length < page.limit && after !== null; read++) {
    const rest = { limit: page.limit - items.length, after };
    const rows = await ports.store.connections.notReady(tenant, moments, rest);
    for (const row of rows.items) {
      const moment = momentAt(row.broker);
      const live = liveAt(ports, row, moment);
      if (live === undefined) continue;
      const connectUrl = mayConnect ? (await makeConnectLink(ports, row, sentLinkMs)).url : null;
      const { sealedSession: _, sealedEgress: __, ...connection } = row;
      items.push({ connection, at: moment, live, connectUrl });
    }
    after = rows.next;
  }
  return { items, next: after ?? null, markets };
}
