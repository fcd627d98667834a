import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import type { ShownSession } from "../../panel/session-list.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";
import { panelPaths } from "./panel-page.js";
import { ago, countdown, moment } from "./times.js";

const words = { live: "live", renewable: "to be renewed", over: "over" } as const;
const kinds = { live: "good", renewable: "note", over: "" } as const;

function ending({ end, state, renewableUntil }: ShownSession, now: number): Html {
  const renewal =
    renewableUntil === undefined || state === "over"
      ? ""
      : html`; can be renewed until ${moment(renewableUntil)}`;
  return state === "live"
    ? html`ends <b>${countdown(end.at, now)}</b>, ${moment(end.at)}: ${end.why}${renewal}`
    : html`ended ${moment(end.at)}: ${end.why}${renewal}`;
}

function row(shown: ShownSession, now: number): Html {
  const { session, appName, state } = shown;
  const whose = session.username ?? "The vendor";
  return html`<li><div><p><strong>${whose}</strong> <span class="tag ${kinds[state]}">${words[state]}</span> <span class="quiet">at “${appName}”</span></p>
<p class="quiet">since ${moment(session.createdAt)}, last call ${ago(session.usedAt, now)}</p>
<p class="quiet">${ending(shown, now)}</p></div>
${
  state === "over"
    ? ""
    : html`<form method="post" action="${panelPaths.sessions}"><button class="plain" name="end" value="${session.id}" id="end-${session.id}" aria-label="End the session of ${whose}">End</button></form>`
}</li>`;
}

export interface SessionsOf {
  readonly broker: SandboxBroker;
  readonly sessions: readonly ShownSession[];
}

/** Live ones first, then those that are over; each as new as can be. */
function shownFirst(sessions: readonly ShownSession[]): readonly ShownSession[] {
  const order = { live: 0, renewable: 1, over: 2 } as const;
  return sessions.toSorted((a, b) => order[a.state] - order[b.state]);
}

function card({ broker, sessions }: SessionsOf, now: number, limit: number): Html {
  const shown = shownFirst(sessions).slice(0, limit);
  const ending = sessions.some(({ state }) => state !== "over");
  return html`<section class="card of-${broker.id}" id="live-${broker.id}" data-live>
<div class="head"><h2>${mark(broker)} ${broker.name}</h2>${
    ending
      ? html`<form method="post" action="${panelPaths.sessions}"><button class="plain" name="end_all" value="${broker.id}" id="end-all-${broker.id}" aria-label="End all sessions at ${broker.name}">End all</button></form>`
      : ""
  }</div>
<p class="quiet">${broker.lasts}</p>
${shown.length === 0 ? html`<p class="empty">No sessions.</p>` : html`<ul class="rows">${shown.map((each) => row(each, now))}</ul>`}
${
  sessions.length > shown.length
    ? html`<p class="quiet">${sessions.length - shown.length} more. <a href="${panelPaths.sessions}?broker=${broker.id}">Only ${broker.name}</a></p>`
    : ""
}
</section>`;
}

/** Sessions of each broker: whose, since when, when they end and why, with a button that ends each. */
export const sessionsView = (all: readonly SessionsOf[], now: number, limit: number): Html =>
  html`<p class="quiet">Ending one is what a login elsewhere does: the app finds out at its next call.</p>
<div class="cards">${all.map((each) => card(each, now, limit))}</div>`;
