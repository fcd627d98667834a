import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { createMarketCalendar } from "../../../src/domain/market-calendar.js";
import { marketDays } from "../../../src/domain/market-days.js";
import type { DayPicture } from "../../../src/flows/day-picture.js";
import type { DayGroup, DaySession } from "../../../src/flows/day-sessions.js";
import { dayWindow, marketHours } from "../../../src/flows/day-window.js";

export const india = (text: string): number => Date.parse(`${text}+05:30`);
export const markets = {
  NSE: createMarketCalendar(marketDays.NSE),
  US: createMarketCalendar(marketDays.US),
};
const brokers = createBrokers({}).traits;

/** A connection of Nuvama's from the morning of Monday, 16 November 2026, until 00:30 in India. */
export const session = (change: Partial<DaySession> = {}): DaySession => ({
  id: "con_1",
  app: "nuvama",
  user: "asha",
  account: "80126245",
  broker: "nuvama",
  status: "active",
  reason: null,
  startedAt: india("2026-11-16T09:00:00"),
  endsAt: india("2026-11-17T00:30:00"),
  renewedUntil: null,
  overAt: null,
  ...change,
});

export const group = (change: Partial<DayGroup> = {}): DayGroup => ({
  broker: "nuvama",
  from: india("2026-11-17T00:30:00"),
  until: india("2026-11-17T01:00:00"),
  count: 812,
  more: false,
  renewed: false,
  ...change,
});

/** A picture as of noon in India on Monday, 16 November 2026, unless it is said when. */
export function dayOf(
  sessions: readonly DaySession[] | DayPicture["sessions"],
  { now = india("2026-11-16T12:00:00"), chosen }: { readonly now?: number; readonly chosen?: number } = {},
): DayPicture {
  const stretch = dayWindow(markets, now, chosen);
  return {
    ...stretch,
    now,
    chosen,
    brokers,
    markets: marketHours(markets, stretch, now),
    cutOffs: [{ at: india("2026-11-17T00:30:00"), brokers: ["nuvama"], by: "broker" }],
    sessions: "kind" in sessions ? sessions : { kind: "each", sessions },
  };
}

/** The attributes of the drawing's elements of a kind, in their order. */
export const drawn = (
  svg: string,
  tag: string,
  className = "",
): readonly Readonly<Record<string, string>>[] =>
  [...svg.matchAll(new RegExp(`<${tag}\\b([^>]*)>`, "g"))]
    .map(([, text = ""]) =>
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
    )
    .filter((found) => className === "" || found.class === className);
