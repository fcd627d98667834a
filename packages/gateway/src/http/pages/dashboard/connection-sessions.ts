import { html } from "hono/html";
import type { Traits } from "kunji";
import { createMarketClock, dayAfter } from "../../../domain/market-clock.js";
import type { SessionSpan, SpanEnd } from "../../../domain/session-spans.js";
import type { ConnectionHistory } from "../../../flows/connection-history.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import type { Html } from "../layout.js";
import { momentIn } from "./connection-ends.js";
import { marketZones } from "./market-moment.js";
import { reasonSentence } from "./status-badge.js";
import { stretch } from "./times.js";
import { type Country, clockIn, dayIn, placeOf } from "./zones.js";

/** What the picture of a connection's sessions is drawn from. */
export interface SessionsView {
  readonly connection: Pick<ConnectionSummary, "status" | "endsAt">;
  readonly traits: Pick<Traits, "name" | "country">;
  readonly history: Pick<ConnectionHistory, "spans" | "spansSince">;
  /** ms since 1970, UTC */
  readonly now: number;
}

const days = 7;
/** How wide a day is drawn, whatever the hours it has. */
const dayWidth = 1_000;
/** Of more than so many the newest are shown. */
const most = 40;
/** What is shorter would not be seen. */
const leastWidth = 24;

/** The last seven days on a country's clock: their beginnings, and where each moment lies. */
export interface WeekScale {
  /** `YYYY-MM-DD`, oldest first. */
  readonly days: readonly string[];
  /** ms since 1970, UTC */
  readonly from: number;
  /** The midnight after today. */
  readonly until: number;
  /** 0 to 7,000; moments outside lie at its ends. */
  x(at: number): number;
}

/** @param now ms since 1970, UTC */
export function weekScale(now: number, country: Country): WeekScale {
  const clock = createMarketClock(marketZones[country].timeZone);
  const today = clock.dayOf(now);
  const names = Array.from({ length: days }, (_, i) => dayAfter(today, i + 1 - days));
  const midnights = [...names, dayAfter(today)].map((day) => clock.instantOf(day, "00:00"));
  const [from = now, until = now] = [midnights[0], midnights.at(-1)];
  return {
    days: names,
    from,
    until,
    x(at) {
      if (at <= from) return 0;
      if (at >= until) return days * dayWidth;
      const i = midnights.findLastIndex((midnight) => midnight <= at);
      const [begin = from, end = until] = [midnights[i], midnights[i + 1]];
      return Math.round((i + (at - begin) / (end - begin)) * dayWidth);
    },
  };
}

const ends: Readonly<Record<SpanEnd, string>> = {
  lives: "Goes on",
  over: "Came to its end",
  relogin: "Another login followed",
  closed: "Closed",
  cut: "Ended early",
};

function said({ began, ended, how }: SessionSpan, country: Country): string {
  const when = (at: number): string => `${dayIn(country, at)}, ${clockIn(country, at)}`;
  return `${began === null ? "Earlier" : when(began)} – ${ended === null ? "now" : when(ended)}: ${ends[how].toLowerCase()}`;
}

/** A bar from `from` to `until` in the middle of the strip. */
const bar = (kind: string, scale: WeekScale, from: number, until: number, title: string): Html => {
  const x = scale.x(from);
  return html`<rect class="span ${kind}" x="${x}" y="14" width="${Math.max(leastWidth, scale.x(until) - x)}" height="28">${title === "" ? "" : html`<title>${title}</title>`}</rect>`;
};

function drawn(span: SessionSpan, scale: WeekScale, { now, traits }: SessionsView): Html {
  const until = span.ended ?? now;
  const doubts = span.doubts.map(
    ({ from, until: sure }) =>
      html`<rect class="doubt" x="${scale.x(from)}" y="24" width="${Math.max(leastWidth, scale.x(sure ?? now) - scale.x(from))}" height="8"/>`,
  );
  const renewals = span.renewals
    .filter((at) => at > scale.from)
    .map((at) => `M${scale.x(at)} 44V52`)
    .join("");
  return html`${bar(span.how, scale, span.began ?? scale.from, until, said(span, traits.country))}${doubts}${renewals && html`<path class="renewals" d="${renewals}"/>`}${span.how === "cut" ? html`<path class="cut-mark" d="M${scale.x(until)} 4V52"/>` : ""}`;
}

/** `Mon` of `2026-11-23`. */
const weekday = (day: string): string =>
  new Date(day).toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" });

const strip = (view: SessionsView, spans: readonly SessionSpan[], scale: WeekScale): Html => {
  const { now, connection } = view;
  const lives = spans.some(({ how }) => how === "lives");
  const ahead = lives && connection.endsAt !== null ? Math.min(connection.endsAt, scale.until) : now;
  const lines = scale.days.slice(1).map((_, i) => `M${(i + 1) * dayWidth} 0V56`);
  return html`<svg class="week" viewBox="0 0 ${days * dayWidth} 56" preserveAspectRatio="none" role="img" aria-label="Sessions of the last seven days: ${spans.length}, ${spans.filter(({ how }) => how === "cut").length} of them ended early. The table below says the same.">
<path class="day-lines" d="${lines.join("")}"/>
${spans.map((span) => drawn(span, scale, view))}
${ahead > now ? bar("planned", scale, now, ahead, "") : ""}
<path class="now-line" d="M${scale.x(now)} 0V56"/>
</svg>
<ol class="week-days" aria-hidden="true">${scale.days.map((day, i) => html`<li${i === days - 1 ? html` class="today"` : ""}>${weekday(day)} <span>${Number(day.slice(-2))}</span></li>`)}</ol>`;
};

const swatch = (kind: string, words: string): Html =>
  html`<li><svg viewBox="0 0 20 12" width="20" height="12" aria-hidden="true" focusable="false"><rect class="span ${kind}" x="1" y="1" width="18" height="10"/>${kind === "cut" ? html`<path class="cut-mark" d="M18 0V12"/>` : ""}</svg>${words}</li>`;

const legend = (spans: readonly SessionSpan[], planned: boolean): Html => {
  const kinds = (Object.keys(ends) as SpanEnd[]).filter((kind) => spans.some(({ how }) => how === kind));
  return html`<ul class="legend">${kinds.map((kind) => swatch(kind, ends[kind]))}${planned ? swatch("planned", "Until its end") : ""}${spans.some(({ renewals }) => renewals.length > 0) ? html`<li><svg viewBox="0 0 20 12" width="20" height="12" aria-hidden="true" focusable="false"><path class="renewals" d="M6 2V10M14 2V10"/></svg>Renewed</li>` : ""}</ul>`;
};

const row = (span: SessionSpan, { now, traits }: SessionsView): Html => {
  const when = (at: number): Html => momentIn(traits.country, at, now);
  const { began, ended, how, reason, renewals } = span;
  return html`<tr><td data-label="Began">${began === null ? "Earlier" : when(began)}</td><td data-label="Ended">${ended === null ? "–" : when(ended)}</td><td data-label="Lasted">${began === null ? "–" : stretch((ended ?? now) - began)}</td><td data-label="Renewed">${renewals.length === 0 ? "–" : `${renewals.length} ×`}</td><td data-label="How it ended">${ends[how]}${how === "cut" ? html`<br><span class="soft">${reasonSentence(reason, { broker: traits.name })} <code>${reason}</code></span>` : ""}</td></tr>`;
};

const table = (view: SessionsView, spans: readonly SessionSpan[]): Html => html`<details>
<summary>The same as a table</summary>
<table class="stacked">
<caption class="aside">Sessions of the last seven days, newest first</caption>
<thead><tr><th scope="col">Began</th><th scope="col">Ended</th><th scope="col">Lasted</th><th scope="col">Renewed</th><th scope="col">How it ended</th></tr></thead>
<tbody>${spans.toReversed().map((span) => row(span, view))}</tbody>
</table></details>`;

/** A connection's sessions of the last seven days, as bars and as a table. */
export function sessionsSection(view: SessionsView): Html {
  const { history, traits, now } = view;
  const scale = weekScale(now, traits.country);
  const ofWeek = history.spans.filter(({ ended }) => ended === null || ended > scale.from);
  const spans = ofWeek.slice(-most);
  const { spansSince } = history;
  return html`<section aria-labelledby="sessions-head" id="sessions" data-live>
<h2 id="sessions-head">The last seven days <span class="soft">on ${placeOf(traits.country)}’s clock</span></h2>
${
  spans.length === 0
    ? html`<p class="soft">No session in these days.</p>`
    : html`${strip(view, spans, scale)}
${legend(spans, spans.some(({ how }) => how === "lives") && view.connection.endsAt !== null)}
${spansSince !== null && spansSince > scale.from ? html`<p class="soft">What came before ${momentIn(traits.country, spansSince, now)} is not kept any more.</p>` : ""}
${ofWeek.length > most ? html`<p class="soft">These are the newest ${most} of ${ofWeek.length}.</p>` : ""}
${table(view, spans)}`
}
</section>`;
}
