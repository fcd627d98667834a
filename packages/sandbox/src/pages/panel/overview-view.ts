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

function brokerRow({ broker, sessions }: OverviewView["brokers"][number], now: number): Html {
  const next = nextEnd(sessions);
  const live = sessions.filter(({ state }) => state === "live").length;
  return html`<tr><th scope="row">${mark(broker)} ${broker.name}</th>
<td><a href="${panelPaths.sessions}?broker=${broker.id}">${live} live</a></td>
<td>${
    next === undefined
      ? html`<span class="quiet">Nobody is logged in. ${broker.lasts}</span>`
      : html`<b>${countdown(next.at, now)}</b>: ${next.falling} of ${live}<br><span class="quiet">${moment(next.at)}, ${next.why}</span>`
  }</td></tr>`;
}

const faultLine = ({ faults }: OverviewView): Html =>
  faults.length === 0
    ? html`<p class="quiet">No fault is set: every broker answers as it should.</p>`
    : html`<ul class="plain-list">${faults
        .slice(0, 5)
        .map(
          ({ broker, fault, path, times }) =>
            html`<li><span class="tag bad">${fault}</span> ${broker} <code>${path ?? "any call"}</code> × ${times}</li>`,
        )}</ul>${faults.length > 5 ? html`<p class="quiet">and ${faults.length - 5} more</p>` : ""}`;

const programs = ["presets", "clock", "faults", "ledger"] as const;

/** The first page: the clock, what falls next, faults, the last calls. */
export function overviewView(view: OverviewView): Html {
  const { clock, typed, brokers, calls } = view;
  const all = brokers.map(({ broker }) => broker);
  return html`<div class="grid">
${clockView(clock, all, typed)}
<div>
<section class="card"><h2>What falls next</h2>
<div id="live-ends" data-live><table>
<caption class="hidden">Live sessions of each broker and the next moment at which some end</caption>
<thead><tr><th scope="col">Broker</th><th scope="col">Sessions</th><th scope="col">Next end</th></tr></thead>
<tbody>${brokers.map((each) => brokerRow(each, clock.now))}</tbody></table></div>
</section>
<section class="card"><div class="head"><h2>Faults set</h2><a href="${panelPaths.faults}">Set a fault</a></div>
<div id="live-faults" data-live>${faultLine(view)}</div>
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
