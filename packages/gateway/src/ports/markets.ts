import type { MarketCalendar } from "../domain/market-calendar.js";
import type { Market } from "../domain/market-days.js";

/** The calendars of the markets that the brokers trade at. */
export type Markets = Readonly<Record<Market, MarketCalendar>>;
