import { html } from "hono/html";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { ReadinessReport } from "../../../flows/readiness.js";
import type { Html } from "../layout.js";
import { dayTableDetails } from "./day-table.js";
import type { DashboardPage, Notice } from "./frame.js";
import { marketName, marketSentences } from "./market-sentences.js";
import { type NotReadyRow, notReadyRows } from "./readiness-list.js";
import { readinessPicture } from "./readiness-picture.js";
import { type Country, placeOf, whenIn } from "./zones.js";

/** The moment that a person has chosen. */
export interface ChosenMoment {
  /** ms since 1970, UTC */
  readonly at: number;
  readonly country: Country;
}

export interface ReadinessView {
  readonly day: DayPicture;
  readonly markets: ReadinessReport["markets"];
  readonly chosen: ChosenMoment | undefined;
  /** What was typed into the form. */
  readonly typed: { readonly at: string; readonly clock: Country };
  readonly rows: readonly NotReadyRow[];
  /** Whether any connection is on file that has not been closed. */
  readonly anybody: boolean;
  /** Where the list goes on, and where it begins where this is not its first page. */
  readonly next: string | undefined;
  readonly first: string | undefined;
  /** Where the whole list is, as a file. */
  readonly file: string;
  readonly notice?: Notice | undefined;
}

const clocks: readonly Country[] = ["IN", "US"];

const chooser = ({ typed, chosen }: ReadinessView): Html =>
  html`<form class="choice" method="get" action="/readiness">
<label for="at">At another moment</label>
<input id="at" name="at" type="datetime-local" value="${typed.at}" required>
<select name="clock" aria-label="On whose clock">${clocks.map((country) => html`<option value="${country}"${country === typed.clock ? html` selected` : ""}>${placeOf(country)}</option>`)}</select>
<button class="plain">Show</button>${chosen ? html` <a href="/readiness">The next open</a>` : ""}
</form>`;

function headOf({ chosen, day }: ReadinessView): string {
  if (chosen) return `Who will be out at ${whenIn(chosen.country, chosen.at, day.now)}`;
  return "Who will be out before the next open";
}

function openings({ markets, day }: ReadinessView): string {
  const nse = whenIn("IN", markets.NSE.at, day.now);
  return `Brokers in India: ${marketName.NSE} opens at ${nse}. Brokers in the United States: ${marketName.US} opens at ${whenIn("US", markets.US.at, day.now)}.`;
}

function listSection(view: ReadinessView): Html {
  const { rows, next, first, file, chosen, day, anybody } = view;
  const empty = !anybody
    ? html`<p>Nothing is connected yet. <a href="/">Connect the first account</a>.</p>`
    : first
      ? html`<p>That is the end of the list.</p>`
      : html`<p class="said good">Nobody. Everybody who is connected has a session ${chosen ? "then" : "when their market opens"}.</p>`;
  return html`<section aria-labelledby="out-head" id="out" data-live>
<div class="list-head"><h2 id="out-head">${headOf(view)}</h2>${rows.length > 0 ? html`<a href="${file}" download>The whole list as CSV</a>` : ""}</div>
${chosen ? "" : html`<p class="soft">${openings(view)}</p>`}
${rows.length === 0 ? empty : notReadyRows(rows, day.now, chosen !== undefined)}
${first || next ? html`<p class="pages">${first ? html`<a href="${first}">Back to the first</a>` : ""}${next ? html` <a href="${next}" rel="next">More</a>` : ""}</p>` : ""}
</section>`;
}

/** One picture of the day, and who will be out before the next open. */
export const readinessPage = (view: ReadinessView): DashboardPage => ({
  title: "Readiness",
  section: "readiness",
  notice: view.notice,
  body: html`<header class="head"><h1>Readiness</h1>${chooser(view)}</header>
<section aria-labelledby="day-head">
<h2 id="day-head">The day</h2>
${marketSentences(view.day.markets, view.day.now)}
${readinessPicture(view.day)}
${dayTableDetails(view.day)}
</section>
${listSection(view)}`,
});
