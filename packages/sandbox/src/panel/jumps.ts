import { type DayTime, nextDayTime, nse, us } from "./day-times.js";

/** A button that moves the clock. */
export interface Jump {
  readonly id: string;
  readonly label: string;
  /** What happens there, in a few words. */
  readonly about?: string;
  /** Where the clock goes from `now`, both in ms since 1970. */
  to(now: number): number;
}

const atDayTime = (id: string, label: string, time: DayTime, about?: string): Jump => ({
  id,
  label,
  ...(about === undefined ? {} : { about }),
  to: (now) => nextDayTime(now, time),
});

const india = (hour: number, minute: number): DayTime => ({ zone: "Asia/Kolkata", hour, minute, second: 59 });

const forward = (id: string, label: string, ms: number): Jump => ({ id, label, to: (now) => now + ms });

/** The buttons of the clock, in their groups. */
export const jumpGroups: readonly { readonly legend: string; readonly jumps: readonly Jump[] }[] = [
  {
    legend: "One second before",
    jumps: [
      atDayTime("before-0030", "00:29:59 IST", india(0, 29), "Nuvama's day ends"),
      atDayTime("before-0530", "05:29:59 IST", india(5, 29), "midnight UTC"),
      atDayTime("before-0700", "06:59:59 IST", india(6, 59), "exchanges log out"),
    ],
  },
  {
    legend: "Markets, Monday to Friday",
    jumps: [
      atDayTime("nse-opens", "NSE opens", nse.opens),
      atDayTime("nse-closes", "NSE closes", nse.closes),
      atDayTime("us-opens", "US opens", us.opens),
      atDayTime("us-closes", "US closes", us.closes),
    ],
  },
  {
    legend: "Forward",
    jumps: [
      forward("plus-1m", "+1 min", 60_000),
      forward("plus-1h", "+1 h", 3_600_000),
      forward("plus-8h", "+8 h", 28_800_000),
    ],
  },
];

export const findJump = (id: string): Jump | undefined =>
  jumpGroups.flatMap(({ jumps }) => jumps).find((jump) => jump.id === id);
