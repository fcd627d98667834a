import { html } from "hono/html";
import type { Traits } from "kunji";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import type { DashboardPage, Notice } from "./frame.js";

/** An app in the list. */
export interface AppRow {
  readonly id: string;
  readonly broker: Pick<Traits, "id" | "name">;
  readonly environment: string;
  readonly displayName: string | null;
  /** Its connections with a live session, counted up to `mostCounted`. */
  readonly active: number;
  /** What is wrong with it, in words; `undefined` where nothing is seen. */
  readonly trouble: Html | undefined;
}

/** Nobody counts an app's connections further. */
export const mostCounted = 1_000;

export interface AppsView {
  readonly apps: readonly AppRow[];
  /** Where the list goes on. */
  readonly next: string | undefined;
  readonly notice?: Notice | undefined;
}

/** Where an app's page is. */
export const appPath = (id: string): string => `/apps/${encodeURIComponent(id)}`;

/** The environment, where it is not the brokers' own. */
export const environmentChip = (environment: string): Html | string =>
  environment === "live" ? "" : html` <span class="chip">${environment}</span>`;

const live = (count: number): string =>
  count >= mostCounted ? `${mostCounted.toLocaleString("en")}+ live` : `${count} live`;

const row = ({ id, broker, environment, displayName, active, trouble }: AppRow): Html =>
  html`<li>${brokerMark(broker.id)}<div><a class="name" href="${appPath(id)}">${displayName ?? id}</a>${environmentChip(environment)}
<p class="soft">${broker.name}${displayName === null || displayName === id ? "" : html` · <code>${id}</code>`}</p>
${trouble === undefined ? "" : html`<p class="trouble">${trouble}</p>`}</div>
<p class="count"><a href="/connections?${new URLSearchParams({ app: id })}">${live(active)}<span class="aside"> connections of ${displayName ?? id}</span></a></p></li>`;

const empty = html`<section class="first">
<h2>No app yet</h2>
<p>An app is your registration with a broker: the keys that the broker gave you, and where your users go back to. With one, they can log in.</p>
<p><a class="button" href="/apps/new">Add an app</a></p>
</section>`;

/** The tenant's apps. */
export const appsPage = ({ apps, next, notice }: AppsView): DashboardPage => ({
  title: "Apps",
  section: "apps",
  notice,
  body: html`<header class="head"><h1>Apps</h1>${apps.length === 0 ? "" : html`<a class="button" href="/apps/new">Add an app</a>`}</header>
${
  apps.length === 0
    ? empty
    : html`<section id="apps" data-live aria-label="Apps"><ul class="app-rows">${apps.map(row)}</ul>
${next ? html`<p><a href="${next}">More apps</a></p>` : ""}</section>`
}`,
});
