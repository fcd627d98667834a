import { html } from "hono/html";
import type { MarketHours } from "../../../flows/day-window.js";
import type { Html } from "../layout.js";
import { marketCountry } from "./day-marks.js";
import { countdown } from "./times.js";
import { dayIn, instantIn, whenIn } from "./zones.js";

const names = { NSE: "NSE", US: "The US market" } as const;

/** What a market is called within a sentence. */
export const marketName = { NSE: "NSE", US: "the US market" } as const;

function sentence(
  { market, sessions, open, nextOpen, closures, holidaysKnown }: MarketHours,
  now: number,
): Html {
  const country = marketCountry[market];
  const close = sessions.find((session) => session.open <= now && session.close > now)?.close;
  const closed = closures.map(
    ({ day, occasion }) => `closed on ${dayIn(country, instantIn(country, day, "12:00"))} for ${occasion}`,
  );
  return html`<li><strong>${names[market]}</strong> is ${open && close !== undefined ? html`open until ${whenIn(country, close, now)}, and opens again at ${whenIn(country, nextOpen, now)}.` : html`closed. It opens at ${whenIn(country, nextOpen, now)}, in ${countdown(nextOpen, now)}.`}${closed.length > 0 ? ` It is ${closed.join(", and ")}.` : ""}${holidaysKnown ? "" : " Not every holiday of this time is known to the gateway: a holiday may be shown as a day of trade. The setting KUNJI_MARKET_DAYS tells it more."}</li>`;
}

/** What the markets do now and next, with their holidays. */
export const marketSentences = (markets: readonly MarketHours[], now: number): Html =>
  html`<ul class="market-hours" id="market-hours" data-live>${markets.map((market) => sentence(market, now))}</ul>`;
