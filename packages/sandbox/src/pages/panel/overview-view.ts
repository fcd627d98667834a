import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import type { ClockReading } from "../../clock.js";
import { nextEnd, type ShownSession } from "../../panel/session-list.js";
import type { LedgerEntry } from "../../store/ledger-rows.js";
import type { SetFault } from "../../store/set-faults.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";
import { clockView, type TypedMoment } from "./clock-view.js";
import { panelPaths } from "./panel-page.js";
import { sequenceView } from "./sequence-view.js";
import { countdown, moment } from "./times.js";

export interface OverviewView {
  readonly clock: ClockReading;
  readonly typed?: TypedMoment | undefined;
  readonly brokers: readonly { readonly broker: SandboxBroker; readonly sessions: readonly ShownSession[] }[];
  readonly faults: readonly SetFault[];
  readonly calls: readonly LedgerEntry[];
}

/** What to say where nobody is logged in: who fell last, and why. */
function lastEnded(sessions: readonly ShownSession[]): Html | "" {
  const [last] = sessions.filter(({ state }) => state !== "live").toSorted((a, b) => b.end.at - a.end.at);
  return last === undefined
    ? ""
    : html`<b>The last one ended</b> ${moment(last.end.at)}: ${last.end.why}.<br>`;
}

function brokerRow({ broker, sessions }: OverviewView["brokers"][number], now: number): Html {
  const next = nextEnd(sessions);
  const live = sessions.filter(({ state }) => state === "live").length;
  return html`<li><div><p class="who">${mark(broker)} <strong>${broker.name}</strong> <a href="${panelPaths.sessions}?broker=${broker.id}" aria-label="${live} live at ${broker.name}">${live} live</a></p>
<p>${
    next === undefined
      ? html`${lastEnded(sessions)}<span class="quiet">${broker.lasts}</span>`
      : html`<b>${next.falling} of ${live}</b> ${next.falling === 1 ? "ends" : "end"} ${countdown(next.at, now)}<br><span class="quiet">${moment(next.at)}: ${next.why}</span>`
  }</p></div></li>`;
}

function faultLines({ faults, brokers }: OverviewView): Html {
  if (faults.length === 0) return html`<p class="quiet">None: every broker answers as it should.</p>`;
  const nameOf = (id: string): string => brokers.find(({ broker }) => broker.id === id)?.broker.name ?? id;
  return html`<ul class="plain-list">${faults
    .slice(0, longestList)
    .map(
      ({ broker, fault, path, times }) =>
        html`<li><span class="tag bad">${fault}</span> ${nameOf(broker)} <code>${path ?? "any call"}</code> × ${times}</li>`,
    )}</ul>${faults.length > longestList ? html`<p class="quiet">and ${faults.length - longestList} more</p>` : ""}`;
}

/** More faults are counted, not listed. */
const longestList = 5;

const programs = ["presets", "clock", "faults", "ledger"] as const;

/** The first page: the clock, what falls next, faults, the last calls. */
export function overviewView(view: OverviewView): Html {
  const { clock, typed, brokers, calls } = view;
  const all = brokers.map(({ broker }) => broker);
  return html`<div class="grid">
${clockView(clock, all, typed)}
<div>
<section class="card"><h2>What falls next</h2>
<ul class="rows ends" id="live-ends" data-live>${brokers.map((each) => brokerRow(each, clock.now))}</ul>
</section>
<section class="card"><div class="head"><h2>Faults set</h2><a href="${panelPaths.faults}">Set a fault</a></div>
<div id="live-faults" data-live>${faultLines(view)}</div>
</section>
</div>
</div>
<section class="card"><div class="head"><h2>Last calls</h2><a href="${panelPaths.ledger}">Whole ledger</a></div>
<div id="live-calls" data-live>${sequenceView(all, calls)}</div>
</section>
<section class="card"><h2>For programs</h2>
<p class="quiet">Everything here can be steered by JSON too: ${programs.map(
    (name) => html`<a href="/_sandbox/${name}">${name}</a> `,
  )}</p>
<details><summary>Start over</summary>
<p>Ends all sessions, clears faults, ledger and registered apps, and lets the clock follow the clock on the wall.</p>
<form method="post" action="${panelPaths.reset}"><button class="danger">Back to the presets</button></form>
</details>
</section>`;
}
