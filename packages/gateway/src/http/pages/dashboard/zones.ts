import type { Traits } from "kunji";
import { createMarketClock, dayAfter } from "../../../domain/market-clock.js";
import { marketZones } from "./market-moment.js";

/** A broker's country, whose clock is meant. */
export type Country = Traits["country"];

/** Whose clock it is, as `India`. */
export const placeOf = (country: Country): string => marketZones[country].place;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make: each is kept. */
function shown(country: Country, kind: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${country} ${kind}`;
  const { timeZone } = marketZones[country];
  const format = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  formats.set(key, format);
  return format.format(at);
}

/** `09:15` */
export const clockIn = (country: Country, at: number): string =>
  shown(country, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);

/** `Mon 23 Nov` */
export const dayIn = (country: Country, at: number): string =>
  shown(country, "day", { weekday: "short", day: "numeric", month: "short" }, at).replace(",", "");

/** `Mon` */
export const weekdayIn = (country: Country, at: number): string =>
  shown(country, "weekday", { weekday: "short" }, at);

const clocks = {
  IN: createMarketClock(marketZones.IN.timeZone),
  US: createMarketClock(marketZones.US.timeZone),
};

/** Which day a moment falls on, as one who looks now says it: `today`, `on Mon 23 Nov`. */
export function dayWords(country: Country, at: number, now: number): string {
  const { dayOf } = clocks[country];
  const today = dayOf(now);
  const named = { [dayAfter(today, -1)]: "yesterday", [today]: "today", [dayAfter(today)]: "tomorrow" };
  return named[dayOf(at)] ?? `on ${dayIn(country, at)}`;
}

/** The moment at which a country's clock shows a day and a time, `YYYY-MM-DD` and `HH:mm`. */
export const instantIn = (country: Country, day: string, time: string): number =>
  clocks[country].instantOf(day, time);

/** A moment on a country's clock, such as `00:30 tomorrow, India`. */
export const whenIn = (country: Country, at: number, now: number): string =>
  `${clockIn(country, at)} ${dayWords(country, at, now)}, ${placeOf(country)}`;

/** The same where the clock is known already, in short: `00:30`, or `Sat 00:30` on another day than today. */
export function shortly(country: Country, at: number, now: number): string {
  const clock = clockIn(country, at);
  const { dayOf } = clocks[country];
  return dayOf(at) === dayOf(now) ? clock : `${weekdayIn(country, at)} ${clock}`;
}
