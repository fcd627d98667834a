import { html } from "hono/html";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { AuditRecord } from "../../../ports/audit.js";
import type { Event } from "../../../ports/events.js";
import type { Glance } from "../../../ports/metrics.js";
import type { Html } from "../layout.js";
import { type BrokerNames, numbersSections } from "./activity-numbers.js";
import type { DashboardPage } from "./frame.js";
import { auditList, eventList } from "./history-list.js";

/** A part of what is on file, newest first. */
export interface NewestPart<T> {
  readonly items: readonly T[];
  /** Where the older ones are; `undefined` where there is none. */
  readonly older: string | undefined;
}

/** What the page of what goes on shows. */
export interface ActivityView {
  /** `undefined` for whom they are not meant: they count every tenant's. */
  readonly numbers: Glance | undefined;
  readonly brokers: BrokerNames;
  readonly events: NewestPart<Event>;
  readonly audit: NewestPart<AuditRecord>;
  readonly names: HistoryNames;
}

const tabs = [
  ["/activity", "At a glance"],
  ["/activity/events", "Events"],
  ["/activity/audit", "Audit"],
] as const;

const head = (current: (typeof tabs)[number][0]): Html => html`<header class="head"><h1>Activity</h1></header>
<nav class="tabs across" aria-label="Activity"><ul>${tabs.map(([path, name]) => html`<li><a href="${path}"${path === current ? html` aria-current="page"` : ""}>${name}</a></li>`)}</ul></nav>`;

const noEvent = html`<p class="soft">Nothing has happened yet. <a href="/connections">Connect an account</a>, and it is told here.</p>`;
const noRecord = html`<p class="soft">Nobody has done anything yet.</p>`;

const about = {
  events: "What happened to connections, vendor sessions and webhooks: what webhooks and the API tell.",
  audit: "Who did what: each record holds the hash of the one before it, so that none can be changed unseen.",
} as const;

const eventsPart = ({ events, names }: Pick<ActivityView, "events" | "names">): Html =>
  events.items.length > 0 ? eventList(events.items, names) : noEvent;
const auditPart = ({ audit, names }: Pick<ActivityView, "audit" | "names">): Html =>
  audit.items.length > 0 ? auditList(audit.items, names) : noRecord;

/** Numbers at a glance, the newest events, and who did what. */
export const activityPage = (view: ActivityView): DashboardPage => ({
  title: "Activity",
  section: "activity",
  body: html`${head("/activity")}
${view.numbers ? numbersSections(view.numbers, view.brokers) : ""}
<section aria-labelledby="events-head" id="events" data-live>
<h2 id="events-head">What happened</h2>
${eventsPart(view)}
${view.events.older ? html`<p><a href="/activity/events">All events</a></p>` : ""}
</section>
<section aria-labelledby="audit-head" id="audit" data-live>
<h2 id="audit-head">Who did what</h2>
${auditPart(view)}
${view.audit.older ? html`<p><a href="/activity/audit">The whole audit</a></p>` : ""}
</section>`,
});

/** The way through a long list. */
const ways = (path: string, from: number | undefined, older: string | undefined): Html | string =>
  from === undefined && !older
    ? ""
    : html`<p class="ways">${from === undefined ? "" : html`<a href="${path}">Newest</a>`} ${older ? html`<a href="${older}">Older</a>` : ""}</p>`;

interface ListView<T> extends NewestPart<T> {
  readonly names: HistoryNames;
  /** The sequence before which the list begins; `undefined` for the newest. */
  readonly from: number | undefined;
}

/** Events, a page of them. */
export const eventsPage = (view: ListView<Event>): DashboardPage => ({
  title: "Events",
  section: "activity",
  body: html`${head("/activity/events")}
<section aria-labelledby="events-head" id="events" data-live>
<h2 id="events-head">${view.from === undefined ? "Newest events" : `Events before number ${view.from}`}</h2>
<p class="soft">${about.events}</p>
${view.items.length > 0 ? eventList(view.items, view.names) : view.from === undefined ? noEvent : html`<p class="soft">There is none before it.</p>`}
${ways("/activity/events", view.from, view.older)}
</section>`,
});

/** The audit, a page of it. */
export const auditPage = (view: ListView<AuditRecord>): DashboardPage => ({
  title: "Audit",
  section: "activity",
  body: html`${head("/activity/audit")}
<section aria-labelledby="audit-head" id="audit" data-live>
<h2 id="audit-head">${view.from === undefined ? "Newest records" : `Records before number ${view.from}`}</h2>
<p class="soft">${about.audit}</p>
${view.items.length > 0 ? auditList(view.items, view.names) : view.from === undefined ? noRecord : html`<p class="soft">There is none before it.</p>`}
${ways("/activity/audit", view.from, view.older)}
</section>`,
});
