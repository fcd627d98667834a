import { type Market, marketDays } from "../../../src/domain/market-days.js";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The so-manyth Sunday of a month, at midnight as if in UTC. */
function sunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((7 - new Date(first).getUTCDay()) % 7) + (nth - 1) * 7) * day;
}

/** How far New York's clock is ahead of UTC: by the rule since 2007, written out, without the tz database. */
function newYorkAhead(instant: number): number {
  const year = new Date(instant - 5 * hour).getUTCFullYear();
  const begins = sunday(year, 2, 2) + 7 * hour;
  const ends = sunday(year, 10, 1) + 6 * hour;
  return instant >= begins && instant < ends ? -4 * hour : -5 * hour;
}

const ahead: Record<Market, (instant: number) => number> = { NSE: () => 5.5 * hour, US: newYorkAhead };

/** Whether a market trades at an instant, straight from the data. */
export function slowIsOpen(market: Market, instant: number): boolean {
  const wall = new Date(instant + ahead[market](instant));
  const [date = "", clock = ""] = wall.toISOString().split("T");
  const { closed, hours, open, close } = marketDays[market];
  if (date in closed || (wall.getUTCDay() % 6 === 0 && !(date in hours))) return false;
  const [from, to] = hours[date] ?? [open, close];
  return clock.slice(0, 5) >= from && clock.slice(0, 5) < to;
}

/** The first opening after a moment, found minute by minute. */
export function slowNextOpen(market: Market, now: number): number {
  let at = (Math.floor(now / minute) + 1) * minute;
  while (!slowIsOpen(market, at) || slowIsOpen(market, at - minute)) at += minute;
  return at;
}

/** The last closing at or before a moment, found minute by minute. */
export function slowPreviousClose(market: Market, now: number): number {
  let at = Math.floor(now / minute) * minute;
  while (slowIsOpen(market, at) || !slowIsOpen(market, at - minute)) at -= minute;
  return at;
}
