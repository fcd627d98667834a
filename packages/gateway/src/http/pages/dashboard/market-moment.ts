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
export function marketTime(at: number, { timeZone }: MarketZone): string {
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", { ...parts, hourCycle: "h23", timeZone });
  formats.set(timeZone, format);
  return format.format(at);
}

/** The same as an element of time, with the place whose clock it is on. */
export const marketMoment = (at: number, zone: MarketZone): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${marketTime(at, zone)} ${zone.place}</time>`;
