import { html } from "hono/html";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { Overview } from "../../../flows/overview.js";
import type { Status } from "../../../ports/connections.js";
import type { Html } from "../layout.js";
import { type ConnectButtonsView, connectButtons } from "./connect-buttons.js";
import { counted } from "./day-bars.js";
import { dayTableDetails } from "./day-table.js";
import type { DashboardPage, Notice } from "./frame.js";
import { eventList } from "./history-list.js";
import { marketSentences } from "./market-sentences.js";
import { attentionSection, soonSection } from "./overview-attention.js";
import type { NotReadyRow } from "./readiness-list.js";
import { readinessPicture } from "./readiness-picture.js";
import { statusWord } from "./status-badge.js";
import { type Country, whenIn } from "./zones.js";

export interface OverviewView extends Pick<Overview, "counts" | "webhooks" | "apps" | "events"> {
  readonly now: number;
  readonly out: readonly NotReadyRow[];
  readonly unsure: readonly NotReadyRow[];
  readonly soon: { readonly rows: readonly NotReadyRow[]; readonly count: number; readonly more: boolean };
  /** When the first session that lives stops, on its broker's clock. */
  readonly first: { readonly at: number; readonly country: Country } | undefined;
  readonly mostCounted: number;
  readonly names: HistoryNames;
  readonly day: DayPicture;
  readonly offers: ConnectButtonsView;
  /** The demo, whose brokers offer ready users. */
  readonly demo: boolean;
  readonly notice?: Notice | undefined;
}

/** Rows of the small picture. */
const mostRows = 8;

/** Where nothing is connected: what this is, and where to begin. */
const welcome = ({ offers, demo, notice }: OverviewView): DashboardPage => ({
  title: "Welcome",
  section: "overview",
  notice,
  body: html`<div class="welcome" id="state" data-live>
<h1>Connect the first account</h1>
<p>Kunji logs people in at their brokers, keeps each session safe, and says in time who must log in again.</p>
<section aria-labelledby="connect-head">
<h2 id="connect-head">Choose a broker</h2>
${demo ? html`<p class="soft">The brokers of this demo are a sandbox: each login page offers ready users, one click each.</p>` : html`<p class="soft">You go to the broker, log in there, and come back here.</p>`}
${connectButtons(offers)}
</section>
<p class="soft">An app’s server connects its users by the API, under a key of <a href="/settings/keys">your API keys</a>.</p>
</div>`,
});

/** How everybody stands, in one sentence. */
export function stateSentence({ counts, mostCounted, first, now }: OverviewView): string {
  const { active, login_needed: out, unsure } = counts;
  const people = (count: number, one: string, many: string) =>
    `${counted(count, count >= mostCounted)} ${count === 1 ? one : many}`;
  if (out > 0 && active + unsure > 0) return `${people(out, "connection is", "connections are")} out.`;
  if (out > 0) return out === 1 ? "The one connection is out." : "Everybody is out.";
  if (active + unsure === 0) return "Nobody is logged in yet.";
  if (unsure > 0)
    return `${people(unsure, "connection is", "connections are")} unsure, and nobody is surely out.`;
  if (!first) return "Everybody is in.";
  if (first.at <= now) return "A session is coming to its end just now.";
  return `Everybody is in until ${whenIn(first.country, first.at, now)}.`;
}

const inWords: readonly Status[] = ["login_needed", "unsure", "active", "pending", "new"];

const countChips = ({ counts, mostCounted }: OverviewView): Html =>
  html`<ul class="counts">${inWords
    .filter((status) => counts[status] > 0)
    .map(
      (status) =>
        html`<li><a class="badge" href="/connections?status=${status}"><strong>${counted(counts[status], counts[status] >= mostCounted)}</strong> ${statusWord(status)}</a></li>`,
    )}</ul>`;

/** Those who have never been in: they are neither in nor out. */
const firstLogins = ({ counts, mostCounted }: OverviewView): Html | string =>
  counts.new === 0
    ? ""
    : html`<p><a href="/connections?status=new">${counted(counts.new, counts.new >= mostCounted)} waiting for a first login</a>.</p>`;

const soonSentence = ({ soon, counts }: OverviewView): string => {
  if (counts.active === 0) return "";
  if (soon.count === 0) return "Whoever is in stays in until their market has opened next.";
  const all = !soon.more && soon.count === counts.active;
  return `${all ? (soon.count === 1 ? "It" : "All of them") : counted(soon.count, soon.more)} will be out before ${soon.count === 1 ? "its" : "their"} market opens next.`;
};

/** What needs somebody now. */
export function overviewPage(view: OverviewView): DashboardPage {
  const { counts, events, names, day, offers, notice } = view;
  const anybody = inWords.some((status) => counts[status] > 0);
  if (!anybody) return welcome(view);
  const bad = counts.login_needed > 0;
  return {
    title: "Overview",
    section: "overview",
    notice,
    body: html`<header class="head"><h1>Overview</h1></header>
<section class="${bad ? "standing bad" : "standing"}" aria-labelledby="state-head" id="state" data-live>
<h2 class="state" id="state-head">${stateSentence(view)}</h2>
<p>${soonSentence(view)}</p>
${firstLogins(view)}
${countChips(view)}
</section>
<div id="attention" data-live>${attentionSection(view)}</div>
<section aria-labelledby="day-head">
<div class="list-head"><h2 id="day-head">The day</h2><a href="/readiness">All of it on Readiness</a></div>
${marketSentences(day.markets, day.now)}
${readinessPicture(day, mostRows)}
${dayTableDetails(day)}
</section>
<div id="soon" data-live>${soonSection(view)}</div>
<section aria-labelledby="connect-head" id="connect" data-live>
<h2 id="connect-head">Connect an account of your own</h2>
${connectButtons(offers)}
</section>
<section aria-labelledby="events-head" id="events" data-live>
<div class="list-head"><h2 id="events-head">What happened last</h2><a href="/activity">All activity</a></div>
${events.length > 0 ? eventList(events, names) : html`<p class="soft">Nothing has happened yet.</p>`}
</section>`,
  };
}
