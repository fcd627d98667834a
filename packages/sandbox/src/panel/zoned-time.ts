/** The zones whose clocks the panel shows. */
export type Zone = "Asia/Kolkata" | "America/New_York" | "UTC";

/** What a zone's clock and calendar show. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const options = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;
const formats = new Map<Zone, Intl.DateTimeFormat>();

function formatOf(zone: Zone): Intl.DateTimeFormat {
  const known = formats.get(zone) ?? new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
  formats.set(zone, known);
  return known;
}

/** What the zone's clock shows at `ms` since 1970. */
export function wallTimeIn(zone: Zone, ms: number): WallTime {
  const parts = formatOf(zone).formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
}

const asUtc = ({ year, month, day, hour, minute, second }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

/**
 * The moment, in ms since 1970, at which the zone's clock shows this. A time that the clock leaves out in spring is
 * taken with the offset of before it; of a time that it shows twice in autumn, the first.
 */
export function momentIn(zone: Zone, wall: WallTime): number {
  const wanted = asUtc(wall);
  const offset = (ms: number): number => asUtc(wallTimeIn(zone, ms)) - ms;
  const dayMs = 86_400_000;
  const before = wanted - offset(wanted - dayMs);
  const after = wanted - offset(wanted + dayMs);
  const shows = (ms: number): boolean => asUtc(wallTimeIn(zone, ms)) === wanted;
  return shows(before) || !shows(after) ? before : after;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const two = (part: number): string => String(part).padStart(2, "0");

/** 0 is Sunday. */
export const weekdayOf = ({ year, month, day }: WallTime): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay();

/** `18:00:59` */
export function clockText(zone: Zone, ms: number): string {
  const { hour, minute, second } = wallTimeIn(zone, ms);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** `Sat 21 Nov` */
export function dayText(zone: Zone, ms: number): string {
  const wall = wallTimeIn(zone, ms);
  return `${weekdays[weekdayOf(wall)]} ${wall.day} ${months[wall.month - 1]}`;
}

/** `Sat 21 Nov 2026` */
export const dateText = (zone: Zone, ms: number): string =>
  `${dayText(zone, ms)} ${wallTimeIn(zone, ms).year}`;
