import type { BrokerId } from "kunji";
import { type Market, marketOf } from "../domain/market-days.js";
import { renewalsReach } from "../domain/renewal.js";
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

/** How many connections are looked at in one read, and in how many reads at most: pages may be short, then `next` goes on. */
const chunk = 200;
const mostChunks = 10;

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

/** Whether a session will live at a moment if nobody uses it until then: `undefined` where it will. */
function liveAt(ports: Ports, connection: Connection, at: number): "no" | "unknown" | undefined {
  const { broker, status, reason, endsAt, sealedSession } = connection;
  if (!sealedSession || (status !== "active" && status !== "unsure")) return "no";
  if (endsAt === null) return "unknown";
  const lasts = endsAt > at;
  const traits = ports.brokers.traits[broker];
  const session = lasts || !traits.refresh ? undefined : openSession(ports, connection);
  const carried = session !== undefined && renewalsReach({ traits, session, reason }, ports.now(), at);
  if (!lasts && !carried) return "no";
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
  const marketOfBroker = (broker: BrokerId): Market => marketOf[ports.brokers.traits[broker].country];
  const latest = Math.max(markets.NSE.at, markets.US.at);
  const items: NotReadyConnection[] = [];
  let after: Cursor | null | undefined = page.after;
  for (let round = 0; round < mostChunks && after !== null; round++) {
    const rows = await ports.store.connections.notReady(tenant, latest, { limit: chunk, after });
    for (const [index, row] of rows.items.entries()) {
      const moment = markets[marketOfBroker(row.broker)].at;
      const live = liveAt(ports, row, moment);
      if (live === undefined) continue;
      const connectUrl = mayConnect ? (await makeConnectLink(ports, row, sentLinkMs)).url : null;
      const { sealedSession: _, ...connection } = row;
      items.push({ connection, at: moment, live, connectUrl });
      if (items.length < page.limit) continue;
      const isLast = index === rows.items.length - 1 && rows.next === null;
      const { id, endsAt } = row;
      return { items, next: isLast ? null : { id, ...(endsAt !== null && { endsAt }) }, markets };
    }
    after = rows.next;
  }
  return { items, next: after ?? null, markets };
}
