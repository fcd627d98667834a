import { html } from "hono/html";
import type { BrokerId, Traits } from "kunji";
import type { App } from "../../../ports/apps.js";
import type { ConnectionSummary, Status, StatusCounts } from "../../../ports/connections.js";
import { markSymbols, repeatedMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { type ConnectButtonsView, connectButtons } from "./connect-buttons.js";
import { ago, endsShown } from "./connection-ends.js";
import type { DashboardPage } from "./frame.js";
import { reasonSentence, statusBadge, statusWord } from "./status-badge.js";

/** What is asked for: one status, broker or app, or what a text finds. */
export interface ConnectionsWish {
  /** Left out: all that aren't closed. */
  readonly status?: Status | undefined;
  readonly broker?: BrokerId | undefined;
  readonly app?: string | undefined;
  /** An id, or the beginning of a user or an account. Then nothing else is asked for. */
  readonly q?: string | undefined;
  /** The id behind which a page begins. */
  readonly after?: string | undefined;
}

/** What the list of connections shows. */
export interface ConnectionsView {
  readonly wish: ConnectionsWish;
  readonly traits: Readonly<Record<BrokerId, Pick<Traits, "id" | "name" | "country" | "refresh">>>;
  /** The tenant's apps, as far as they are offered. */
  readonly apps: readonly Pick<App, "id" | "displayName">[];
  readonly counts: StatusCounts;
  /** As far as anybody counts. */
  readonly mostCounted: number;
  readonly items: readonly ConnectionSummary[];
  /** The id behind which the next page begins. */
  readonly next: string | null;
  /** Whether a search found more than is shown. */
  readonly more: boolean;
  /** What is offered where nothing is connected yet. */
  readonly offers: ConnectButtonsView | undefined;
  /** ms since 1970, UTC */
  readonly now: number;
}

/** Where a list is. */
export function connectionsPath(wish: ConnectionsWish): string {
  const { status, broker, app, q, after } = wish;
  const named = Object.entries({ status, broker, app, q, after }).flatMap<[string, string]>(
    ([name, value]) => (value === undefined ? [] : [[name, value]]),
  );
  return named.length === 0 ? "/connections" : `/connections?${new URLSearchParams(named)}`;
}

/** In the order in which they ask for somebody. */
const chips = [
  undefined,
  "login_needed",
  "unsure",
  "active",
  "pending",
  "new",
  "closed",
] as const satisfies readonly (Status | undefined)[];

const counted = (count: number, most: number): string =>
  count >= most ? `${most.toLocaleString("en-GB")}+` : String(count);

function chipCount({ counts, mostCounted }: ConnectionsView, status: Status | undefined): string {
  if (status !== undefined) return counted(counts[status], mostCounted);
  const open = chips.flatMap((each) => (each === undefined || each === "closed" ? [] : [counts[each]]));
  return counted(
    open.reduce((sum, count) => sum + count, 0),
    mostCounted,
  );
}

/**
 * The statuses that there are, with how many are in each. They count all of the tenant's: where a broker or an app is chosen,
 * they stay words.
 */
function statusTabs(view: ConnectionsView): Html {
  const { wish } = view;
  const { status: chosen, broker, app } = wish;
  const all = broker === undefined && app === undefined;
  const shown = chips.filter((each) => each === undefined || each === chosen || view.counts[each] > 0);
  return html`<nav class="tabs" aria-label="Status" id="statuses" data-live><ul>${shown.map((status) => {
    const here = wish.q === undefined && status === chosen;
    const word = status === undefined ? "All open" : statusWord(status);
    return html`<li><a href="${connectionsPath({ status, broker, app })}"${here ? html` aria-current="page"` : ""}>${word}${all ? html` <span class="count">${chipCount(view, status)}</span>` : ""}</a></li>`;
  })}</ul></nav>`;
}

const option = (value: string, name: string, chosen: string | undefined): Html =>
  html`<option value="${value}"${value === chosen ? html` selected` : ""}>${name}</option>`;

const appName = ({ id, displayName }: Pick<App, "id" | "displayName">): string =>
  displayName === null ? id : `${displayName} (${id})`;

function filters({ wish, traits, apps }: ConnectionsView): Html {
  const { status, broker, app, q } = wish;
  const brokers = Object.values(traits);
  // An app that is too far down the list to be offered stays chosen.
  const unlisted = app !== undefined && !apps.some(({ id }) => id === app);
  return html`<div class="tools">
<form method="get" action="/connections" role="search">
<label class="aside" for="q">Search</label>
<input id="q" name="q" type="search" value="${q ?? ""}" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="User, account or id">
<button class="plain">Search</button>
</form>
<form method="get" action="/connections">
${status === undefined ? "" : html`<input type="hidden" name="status" value="${status}">`}
<label class="aside" for="broker">Broker</label>
<select id="broker" name="broker">${option("", "All brokers", broker ?? "")}${brokers.map(({ id, name }) => option(id, name, broker))}</select>
<label class="aside" for="app">App</label>
<select id="app" name="app">${option("", "All apps", app ?? "")}${unlisted ? option(app, app, app) : ""}${apps.map((each) => option(each.id, appName(each), app))}</select>
<button class="plain">Filter</button>
</form>
</div>`;
}

function row(connection: ConnectionSummary, { traits, apps, now }: ConnectionsView): Html {
  const { id, user, broker, app, account, status, reason, usedAt } = connection;
  const its = traits[broker];
  const named = apps.find((each) => each.id === app)?.displayName;
  const why = status === "closed" ? "" : reasonSentence(reason, { status, broker: its.name });
  return html`<tr><td><a href="/connections/${encodeURIComponent(id)}">${user}</a></td><td>${repeatedMark(broker)}${its.name}<br><span class="soft">${named ?? app}</span></td><td>${account ?? "–"}</td><td>${statusBadge(status, reason)}${why === "" ? "" : html`<p class="soft">${why}</p>`}</td><td>${endsShown(connection, its, now)}</td><td>${ago(usedAt, now)}</td></tr>
`;
}

function caption({ wish, traits }: ConnectionsView): string {
  const { status, broker, app, q } = wish;
  if (q !== undefined) return `Connections found for ${q}`;
  const which =
    status === undefined ? "Connections that are not closed" : `Connections: ${statusWord(status)}`;
  return [which, broker && `at ${traits[broker].name}`, app && `of the app ${app}`].filter(Boolean).join(" ");
}

const table = (
  view: ConnectionsView,
): Html => html`${markSymbols([...new Set(view.items.map(({ broker }) => broker))])}
<table class="stacked of-connections">
<caption class="aside">${caption(view)}</caption>
<thead><tr><th scope="col">User</th><th scope="col">Broker, app</th><th scope="col">Account</th><th scope="col">Status</th><th scope="col">Ends</th><th scope="col">Last call</th></tr></thead>
<tbody>
${view.items.map((connection) => row(connection, view))}</tbody>
</table>`;

/** Why there is nothing, and what to do. */
function nothing({ wish, offers }: ConnectionsView): Html {
  const { status, broker, app, q, after } = wish;
  if (offers)
    return html`<h2>Nobody is connected yet</h2>
<p>Connect an account of your own, or let your app’s server call <code>POST /v1/connections</code> for its users.</p>
${connectButtons(offers)}`;
  if (q !== undefined)
    return html`<p>Nothing has this id, and no user or account begins with it. Capitals count.</p>
<p><a href="/connections">All open connections</a></p>`;
  if (after !== undefined) return html`<p>There is nothing further down.</p>`;
  const where = broker !== undefined || app !== undefined ? " at this broker or app" : "";
  return html`<p>${status === undefined ? `No connection is open${where}: each there has been is closed.` : `No connection${where} has the status “${statusWord(status)}”.`}</p>
${status === undefined && where === "" ? html`<p><a href="/">Connect an account</a></p>` : html`<p><a href="/connections">All open connections</a></p>`}`;
}

function turning({ wish, next, items }: ConnectionsView): Html | string {
  const back =
    wish.after === undefined
      ? ""
      : html`<a href="${connectionsPath({ ...wish, after: undefined })}">First page</a>`;
  const on =
    next === null
      ? ""
      : html`<a href="${connectionsPath({ ...wish, after: next })}" rel="next">Next ${items.length}</a>`;
  return back === "" && on === "" ? "" : html`<nav class="row turning" aria-label="Pages">${back}${on}</nav>`;
}

/** The tenant's connections. */
export const connectionsPage = (view: ConnectionsView): DashboardPage => {
  const { wish, items, more, offers } = view;
  return {
    title: "Connections",
    section: "connections",
    body: html`<header class="head"><h1>Connections</h1>${offers ? "" : html`<a href="/#connect">Connect an account</a>`}</header>
${offers ? "" : html`${statusTabs(view)}${filters(view)}`}
<section aria-label="${wish.q === undefined ? "List" : "Found"}" id="list" data-live>
${wish.q !== undefined && items.length > 0 ? html`<p class="soft">${more ? `The first ${items.length}, and there are more: type more of it.` : `${items.length} found.`} <a href="/connections">All connections</a></p>` : ""}
${items.length === 0 ? nothing(view) : table(view)}
${turning(view)}
</section>`,
  };
};
