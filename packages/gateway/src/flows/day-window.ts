import type { MarketCalendar } from "../domain/market-calendar.js";
import { dayAfter } from "../domain/market-clock.js";
import type { Market } from "../domain/market-days.js";
import type { Markets } from "../ports/markets.js";

/** A stretch of time, ms since 1970, UTC. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** What a market does within a stretch. */
export interface MarketHours {
  readonly market: Market;
  /** ms since 1970, UTC; whole, also where they reach out of the stretch */
  readonly sessions: readonly { readonly open: number; readonly close: number }[];
  /** Its Mondays to Fridays without trading. `day` is `YYYY-MM-DD` on its own clock. */
  readonly closures: readonly { readonly day: string; readonly occasion: string }[];
  /** False where a day lies outside of the known holidays. */
  readonly holidaysKnown: boolean;
  readonly open: boolean;
  /** The first opening after now. */
  readonly nextOpen: number;
}

const hour = 3_600_000;
const before = 6 * hour;
const atLeast = 24 * hour;
/** What a chosen moment has behind it. */
const behind = 2 * hour;
/** A moment that is further away is not drawn. */
const furthest = 7 * 24 * hour;

const marketNames = ["NSE", "US"] as const satisfies readonly Market[];

/**
 * What a picture of the day shows: six hours back, a day ahead, and all of the next trading day of every market. In whole
 * hours, so that it stays as it is while time goes on.
 * @param chosen a moment that is looked at besides
 */
export function dayWindow(markets: Markets, now: number, chosen?: number): Stretch {
  const closes = marketNames.map((market) => {
    const calendar = markets[market];
    return calendar.on(calendar.nextOpen(now).day).hours?.close ?? now;
  });
  const asked = chosen !== undefined && chosen - now <= furthest ? chosen + behind : now;
  const until = Math.max(now + atLeast, asked, ...closes);
  return { from: Math.floor((now - before) / hour) * hour, until: Math.ceil(until / hour) * hour };
}

function hoursOf(market: Market, calendar: MarketCalendar, { from, until }: Stretch, now: number) {
  const { clock } = calendar;
  const sessions: MarketHours["sessions"][number][] = [];
  const closures: MarketHours["closures"][number][] = [];
  let holidaysKnown = true;
  for (let day = clock.dayOf(from); day <= clock.dayOf(until - 1); day = dayAfter(day)) {
    const { hours, occasion, holidaysKnown: known } = calendar.on(day);
    if (hours && hours.close > from && hours.open < until) sessions.push(hours);
    if (!hours && occasion !== undefined) closures.push({ day, occasion });
    holidaysKnown &&= known;
  }
  const { open } = calendar.isOpen(now);
  return { market, sessions, closures, holidaysKnown, open, nextOpen: calendar.nextOpen(now).at };
}

/** What each market does within a stretch. */
export const marketHours = (markets: Markets, stretch: Stretch, now: number): readonly MarketHours[] =>
  marketNames.map((market) => hoursOf(market, markets[market], stretch, now));
