import { html } from "hono/html";
import type { ConnectionHistory, HistoryPart } from "../../../flows/connection-history.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import type { Html } from "../layout.js";
import type { DashboardPage } from "./frame.js";
import type { ToldOn } from "./history-links.js";
import { auditList, eventList } from "./history-list.js";

/** The two ways in which a connection's past is told: what happened, and who did what. */
export type HistoryKind = "events" | "audit";

const titles = { events: "Events", audit: "Audit" } as const satisfies Record<HistoryKind, string>;
const about = {
  events: "What webhooks are told, newest first.",
  audit: "Who did what, newest first.",
} as const satisfies Record<HistoryKind, string>;

/** Where older ones are. */
const olderPath = (id: string, kind: HistoryKind, before: number): string =>
  `/connections/${encodeURIComponent(id)}/${kind}?before=${before}`;

const section = (
  id: string,
  kind: HistoryKind,
  { before }: HistoryPart<unknown>,
  rows: Html | undefined,
): Html =>
  html`<section aria-labelledby="${kind}-head" id="${kind}" data-live>
<h2 id="${kind}-head">${titles[kind]}</h2>
<p class="soft">${about[kind]}</p>
${rows ?? html`<p>Nothing is kept any more.</p>`}
${before === null ? "" : html`<p><a href="${olderPath(id, kind, before)}">Older<span class="aside"> ${titles[kind].toLowerCase()}</span></a></p>`}
</section>`;

/** The newest of both, beside each other where there is room. */
export const newestHistory = (id: string, { events, audit, names }: ConnectionHistory, on: ToldOn): Html =>
  html`<div class="beside even">
${section(id, "events", events, events.items.length > 0 ? eventList(events.items, names, on) : undefined)}
${section(id, "audit", audit, audit.items.length > 0 ? auditList(audit.items, names, on) : undefined)}
</div>`;

/** What a page of older events, or of older records of the audit, shows. */
export interface OlderView {
  readonly connection: Pick<ConnectionSummary, "id" | "user">;
  /** The broker's name. */
  readonly broker: string;
  readonly kind: HistoryKind;
  readonly before: number | null;
  /** Whether the newest are among them. */
  readonly isFirst: boolean;
  /** `undefined` where there are none. */
  readonly rows: Html | undefined;
}

/** Older events, or older records of the audit. */
export const olderPage = ({ connection, broker, kind, before, isFirst, rows }: OlderView): DashboardPage => {
  const { id, user } = connection;
  const own = `/connections/${encodeURIComponent(id)}`;
  const name = `${user} at ${broker}`;
  return {
    title: `${titles[kind]} of ${name}`,
    section: "connections",
    body: html`<nav class="crumbs" aria-label="Where you are"><a href="/connections">Connections</a> / <a href="${own}">${name}</a></nav>
<header class="head"><h1>${titles[kind]}</h1></header>
<section aria-label="${titles[kind]}">
<p class="soft">${about[kind]}</p>
${rows ?? html`<p>There is nothing older.</p>`}
<p class="row">${before === null ? "" : html`<a href="${olderPath(id, kind, before)}">Older</a>`}${isFirst ? "" : html`<a href="${own}/${kind}">Newest</a>`}</p>
</section>`,
  };
};
