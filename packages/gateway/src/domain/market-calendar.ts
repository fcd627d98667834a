import { createMarketClock, dayAfter, isWeekend, type MarketClock } from "./market-clock.js";
import type { MarketDays } from "./market-days.js";
import { MarketDaysError } from "./market-days-error.js";

/** An opening or a closing. */
export interface MarketMoment {
  /** ms since 1970, UTC */
  readonly at: number;
  /** The market's own day, `YYYY-MM-DD`. */
  readonly day: string;
  /**
   * False where a day that was looked at lies outside of the known holidays: then a holiday may have been taken for a
   * trading day, and whoever is told of the moment must be told of this.
   */
  readonly holidaysKnown: boolean;
}

/** A day of a market's. */
export interface MarketDay {
  /** ms since 1970, UTC; `undefined` where it is closed all day. */
  readonly hours: { readonly open: number; readonly close: number } | undefined;
  /** What a Monday to Friday is closed for; `undefined` for other days. */
  readonly occasion: string | undefined;
  /** False where the day lies outside of the known holidays. */
  readonly holidaysKnown: boolean;
}

/** When one market trades. Every moment is in ms since 1970, UTC. All methods but `on` throw MarketDaysError `moment_invalid`. */
export interface MarketCalendar {
  /** The market's own clock. */
  readonly clock: MarketClock;
  /** Whether the market trades at a moment: from its opening on, no longer at its closing. */
  isOpen(now: number): { readonly open: boolean; readonly holidaysKnown: boolean };
  /** The first opening after a moment. */
  nextOpen(now: number): MarketMoment;
  /** The last closing at or before a moment. */
  previousClose(now: number): MarketMoment;
  /** What a day is, `YYYY-MM-DD` on the market's own clock. */
  on(day: string): MarketDay;
}

const earliest = Date.UTC(1971, 0);
const latest = Date.UTC(9000, 0);

function checkMoment(now: number): void {
  if (!(now >= earliest && now < latest))
    throw new MarketDaysError("moment_invalid", "moment", "must be a time from 1971 to 8999");
}

/** @throws RangeError for a time zone that there is not; `readMarketDays` refuses it beforehand */
export function createMarketCalendar(days: MarketDays): MarketCalendar {
  const clock = createMarketClock(days.timeZone);
  const isKnown = (day: string): boolean => day >= days.knownFrom && day <= days.knownTo;

  /** The day's opening and closing; none where the market is closed all day. */
  function sessionOf(day: string): MarketDay["hours"] {
    const special = days.hours[day];
    if (!special && (isWeekend(day) || Object.hasOwn(days.closed, day))) return undefined;
    const [open, close] = special ?? [days.open, days.close];
    return { open: clock.instantOf(day, open), close: clock.instantOf(day, close) };
  }

  /** Walks day by day until a day's moment is the right one: outside of the known days every week has five. */
  function find(now: number, step: 1 | -1, momentOf: (day: string) => number | undefined): MarketMoment {
    let day = clock.dayOf(now);
    let holidaysKnown = isKnown(day);
    for (;;) {
      const at = momentOf(day);
      if (at !== undefined) return { at, day, holidaysKnown };
      day = dayAfter(day, step);
      holidaysKnown &&= isKnown(day);
    }
  }

  return {
    clock,
    isOpen(now) {
      checkMoment(now);
      const day = clock.dayOf(now);
      const session = sessionOf(day);
      const open = session !== undefined && now >= session.open && now < session.close;
      return { open, holidaysKnown: isKnown(day) };
    },
    nextOpen(now) {
      checkMoment(now);
      return find(now, 1, (day) => {
        const open = sessionOf(day)?.open;
        return open !== undefined && open > now ? open : undefined;
      });
    },
    previousClose(now) {
      checkMoment(now);
      return find(now, -1, (day) => {
        const close = sessionOf(day)?.close;
        return close !== undefined && close <= now ? close : undefined;
      });
    },
    on: (day) => ({
      hours: sessionOf(day),
      occasion: Object.hasOwn(days.closed, day) ? days.closed[day] : undefined,
      holidaysKnown: isKnown(day),
    }),
  };
}
