import { html } from "hono/html";
import type { Traits } from "kunji";
import { egressHost } from "../../../domain/egress-url.js";
import type { ConnectionHistory } from "../../../flows/connection-history.js";
import type { WhyItEnds } from "../../../flows/why-it-ends.js";
import type { App } from "../../../ports/apps.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { ago, endsShown, momentIn, whyEnds } from "./connection-ends.js";
import { newestHistory } from "./connection-history.js";
import { sessionsSection } from "./connection-sessions.js";
import type { DashboardPage, Notice } from "./frame.js";
import { statusBadge, statusSentence } from "./status-badge.js";

/** What a connection's page shows. */
export interface ConnectionView {
  readonly connection: ConnectionSummary;
  readonly app: Pick<App, "displayName" | "environment" | "egress">;
  readonly traits: Pick<Traits, "id" | "name" | "country" | "refresh">;
  /** ms since 1970, UTC */
  readonly now: number;
  /** By which clock its session ends; `undefined` where there is none or nobody knows. */
  readonly ends: WhyItEnds | undefined;
  readonly history: ConnectionHistory;
  readonly notice?: Notice | undefined;
}

/** The way back to the list, above the head. */
export const connectionCrumbs = (last?: Html): Html =>
  html`<nav class="crumbs" aria-label="Where you are"><a href="/connections">Connections</a>${last ?? ""}</nav>`;

const fact = (name: string, value: Html | string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** By which proxy its calls leave. */
function wayOut({ connection, app }: ConnectionView): Html | string {
  if (connection.egress !== null)
    return html`${egressHost(connection.egress)}<br><span class="soft">its own proxy</span>`;
  return app.egress === null
    ? "Directly"
    : html`${egressHost(app.egress)}<br><span class="soft">the app’s proxy</span>`;
}

function facts(view: ConnectionView): Html {
  const { connection, app, traits, now } = view;
  const { id, expectedAccount, generation, startedAt, usedAt, createdAt } = connection;
  const when = (at: number): Html => momentIn(traits.country, at, now);
  const lives = connection.status === "active" || connection.status === "unsure";
  return html`<dl class="facts">
${fact("Ends", endsShown(connection, traits, now))}
${fact("Began", lives && startedAt !== null ? html`${ago(startedAt, now)}<br><span class="soft">${when(startedAt)}</span>` : html`<span class="soft">No session</span>`)}
${fact("Last call", usedAt === null ? "None yet" : html`${ago(usedAt, now)}<br><span class="soft">${when(usedAt)}</span>`)}
${fact("App", html`<a href="/apps/${encodeURIComponent(connection.app)}">${app.displayName ?? connection.app}</a>${app.displayName === null ? "" : html`<br><code>${connection.app}</code>`}`)}
${fact("Environment", app.environment)}
${fact("Generation", generation === 0 ? "0, no session yet" : String(generation))}
${expectedAccount === null ? "" : fact("Expected account", html`${expectedAccount}<br><span class="soft">any other is refused</span>`)}
${fact("Calls leave by", wayOut(view))}
${fact("Made", when(createdAt))}
${view.ends ? html`<div class="whole"><dt>What ends it</dt><dd>${whyEnds(view.ends, traits, now)}</dd></div>` : ""}
<div class="whole"><dt>Id</dt><dd class="once"><code id="connection-id">${id}</code><button type="button" class="plain small" data-copy="connection-id" hidden>Copy<span class="aside"> the id</span></button></dd></div>
</dl>`;
}

/**
 * One connection.
 * @param actions what can be done with it, a section of its own
 * @param tryCall the box to try a call, a section of its own
 */
export function connectionPage(view: ConnectionView, actions: Html, tryCall: Html): DashboardPage {
  const { connection, traits } = view;
  const { user, account, status, reason, id } = connection;
  const sentence = statusSentence(status, reason, traits.name);
  const calm = status === "active" && reason === null;
  return {
    title: `${user} at ${traits.name}`,
    section: "connections",
    notice: view.notice,
    body: html`${connectionCrumbs()}
<header class="head of-connection" id="stands" data-live>
${brokerMark(traits.id)}
<div><h1>${user}</h1>
<p class="soft">${traits.name}${account === null ? "" : html`, account <strong>${account}</strong>`}</p></div>
${statusBadge(status, reason)}
${sentence === "" ? "" : html`<p class="said${calm ? "" : status === "login_needed" || status === "unsure" ? " bad" : ""}">${sentence}${reason === null ? "" : html` <code>${reason}</code>`}</p>`}
</header>
<div class="beside">
<section aria-labelledby="facts-head" id="facts" data-live>
<h2 id="facts-head">Session</h2>
${facts(view)}
</section>
${actions}
</div>
${sessionsSection(view)}
${tryCall}
${newestHistory(id, view.history, { here: id, country: traits.country })}`,
  };
}
