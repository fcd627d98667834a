const dayMs = 86_400_000;

/** A market's own clock, whatever the process's time zone is. Days are `YYYY-MM-DD`. */
export interface MarketClock {
  /** The day on which an instant (ms since 1970, UTC) falls. */
  dayOf(instant: number): string;
  /** The instant (ms since 1970, UTC) at which the clock shows a time, `HH:mm`, on a day. */
  instantOf(day: string, time: string): number;
}

/** @throws RangeError for a zone that the tz database does not have */
export function createMarketClock(timeZone: string): MarketClock {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });

  /** What the clock shows at an instant, as if it were UTC: in ms since 1970, whole seconds. */
  function shownAt(instant: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  return {
    dayOf: (instant) => new Date(shownAt(instant)).toISOString().slice(0, 10),
    instantOf(day, time) {
      const wanted = Date.parse(`${day}T${time}:00Z`);
      // The second guess is right also where the first fell on the other side of a change of the clock.
      const guess = wanted - (shownAt(wanted) - wanted);
      return guess - (shownAt(guess) - wanted);
    },
  };
}

/** The day so many days after another; before it where the number is negative. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** Whether a day is a Saturday or a Sunday. */
export const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());
