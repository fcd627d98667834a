import { momentIn, wallTimeIn, weekdayOf, type Zone } from "./zoned-time.js";

/** A time of day on a zone's clock. */
export interface DayTime {
  readonly zone: Zone;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
  /** Not on Saturdays and Sundays. */
  readonly weekdaysOnly?: boolean;
}

/** The first moment after `now`, both in ms since 1970, at which the zone's clock shows this. */
export function nextDayTime(now: number, { zone, hour, minute, second = 0, weekdaysOnly }: DayTime): number {
  const today = wallTimeIn(zone, now);
  for (let days = 0; ; days++) {
    const noon = new Date(Date.UTC(today.year, today.month - 1, today.day + days, 12));
    const wall = {
      year: noon.getUTCFullYear(),
      month: noon.getUTCMonth() + 1,
      day: noon.getUTCDate(),
      hour,
      minute,
      second,
    };
    const weekday = weekdayOf(wall);
    const ms = momentIn(zone, wall);
    if (ms > now && !(weekdaysOnly && (weekday === 0 || weekday === 6))) return ms;
  }
}

/** A market and its hours, Monday to Friday. Its holidays are not known here. */
export interface Market {
  readonly name: string;
  readonly opens: DayTime;
  readonly closes: DayTime;
}

export const nse: Market = {
  name: "NSE",
  opens: { zone: "Asia/Kolkata", hour: 9, minute: 15, weekdaysOnly: true },
  closes: { zone: "Asia/Kolkata", hour: 15, minute: 30, weekdaysOnly: true },
};

export const us: Market = {
  name: "US markets",
  opens: { zone: "America/New_York", hour: 9, minute: 30, weekdaysOnly: true },
  closes: { zone: "America/New_York", hour: 16, minute: 0, weekdaysOnly: true },
};

/** Whether the market is open by its hours, and when that changes. */
export function marketAt(
  { opens, closes }: Market,
  now: number,
): { readonly open: boolean; readonly changes: number } {
  const [opensAt, closesAt] = [nextDayTime(now, opens), nextDayTime(now, closes)];
  return closesAt < opensAt ? { open: true, changes: closesAt } : { open: false, changes: opensAt };
}
