import { html } from "hono/html";
import type { Traits } from "kunji";
import type { Html } from "../layout.js";

/** The clock that people at a broker's market go by. */
export interface MarketZone {
  /** A zone of the tz database. */
  readonly timeZone: string;
  /** Whose clock it is, as `India`. */
  readonly place: string;
}

/** The clock of each country's markets. */
export const marketZones: Readonly<Record<Traits["country"], MarketZone>> = {
  IN: { timeZone: "Asia/Kolkata", place: "India" },
  US: { timeZone: "America/New_York", place: "New York" },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment (ms since 1970, UTC) on a market's clock, such as `23 Nov, 00:30`, whenever it is read. */
export function marketTime(at: number, { timeZone }: MarketZone, year = false): string {
  const key = `${timeZone} ${year}`;
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  const wish = { ...parts, ...(year && { year: "numeric" as const }), hourCycle: "h23" as const, timeZone };
  const format = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", wish);
  formats.set(key, format);
  return format.format(at);
}

/** The same as an element of time, with the place whose clock it is on. */
export const marketMoment = (at: number, zone: MarketZone, year = false): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${marketTime(at, zone, year)} ${zone.place}</time>`;
