import type { SandboxBroker } from "../broker.js";
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

export interface JumpGroup {
  readonly legend: string;
  readonly jumps: readonly Jump[];
}

const atDayTime = (id: string, label: string, time: DayTime): Jump => ({
  id,
  label,
  to: (now) => nextDayTime(now, time),
});

const forward = (id: string, label: string, ms: number): Jump => ({ id, label, to: (now) => now + ms });

const dayMinutes = 1_440;
const two = (part: number): string => String(part).padStart(2, "0");

/** To one second before a minute of the day in India. */
function justBefore(minuteOfDay: number, about: string): Jump {
  const before = (minuteOfDay + dayMinutes - 1) % dayMinutes;
  const [hour, minute] = [Math.floor(before / 60), before % 60];
  const time: DayTime = { zone: "Asia/Kolkata", hour, minute, second: 59 };
  const label = `${two(hour)}:${two(minute)}:59 IST`;
  return { ...atDayTime(`before-${two(hour)}${two(minute)}59`, label, time), about };
}

/** Just before each daily end of these brokers, and before midnight UTC, which is 05:30 in India. */
function dailyEnds(brokers: readonly SandboxBroker[]): readonly Jump[] {
  const names = new Map<number, string[]>([[330, ["Midnight UTC"]]]);
  for (const { name, dailyEnd } of brokers) {
    if (dailyEnd === undefined) continue;
    const minuteOfDay = dailyEnd.hour * 60 + dailyEnd.minute;
    names.set(minuteOfDay, [...(names.get(minuteOfDay) ?? []), `${name} ends`]);
  }
  return [...names].toSorted(([a], [b]) => a - b).map(([at, abouts]) => justBefore(at, abouts.join(", ")));
}

/** The buttons of the clock, in their groups. */
export const jumpGroups = (brokers: readonly SandboxBroker[]): readonly JumpGroup[] => [
  { legend: "To one second before", jumps: dailyEnds(brokers) },
  {
    legend: "To a market's hours, Monday to Friday",
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

export const findJump = (brokers: readonly SandboxBroker[], id: string): Jump | undefined =>
  jumpGroups(brokers)
    .flatMap(({ jumps }) => jumps)
    .find((jump) => jump.id === id);
