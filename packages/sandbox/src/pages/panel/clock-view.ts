import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import type { ClockReading } from "../../clock.js";
import { type Market, marketAt, nse, us } from "../../panel/day-times.js";
import { jumpGroups } from "../../panel/jumps.js";
import { clockText, dateText, dayText } from "../../panel/zoned-time.js";
import type { Html } from "../layout.js";
import { panelPaths } from "./panel-page.js";

/** What somebody typed into the form, to be shown again. */
export interface TypedMoment {
  readonly at: string;
  readonly zone: string;
}

const modes = {
  follow: ["Real time", "It follows the clock on the wall."],
  offset: ["Moved", "It was moved, and ticks."],
  frozen: ["Frozen", "It stands still."],
} as const;

function face(place: string, market: Market, now: number): Html {
  const { zone } = market.opens;
  const { open, changes } = marketAt(market, now);
  const then = `${dayText(zone, changes)} ${clockText(zone, changes).slice(0, 5)}`;
  return html`<div><p class="quiet">${place}</p>
<p class="face"><time data-clock="${zone}">${clockText(zone, now)}</time></p>
<p><span data-day="${zone}">${dateText(zone, now)}</span></p>
<p class="quiet">${market.name} ${open ? html`<span class="tag good">open</span> until` : html`<span class="tag">closed</span> until`} ${then}</p></div>`;
}

const zones = [
  ["Asia/Kolkata", "India"],
  ["America/New_York", "New York"],
  ["UTC", "UTC"],
] as const;

/** What `datetime-local` takes: the moment on India's clock. */
const indiaField = (india: string): string => india.slice(0, 19);

/** The clock on India's and New York's dials, and the forms that move it. */
export function clockView(
  { now, mode, india }: ClockReading,
  brokers: readonly SandboxBroker[],
  typed?: TypedMoment,
): Html {
  const [word, sentence] = modes[mode];
  const frozen = mode === "frozen";
  return html`<section class="card" id="clock">
<h2>Clock</h2>
<div id="live-clock" data-live>
<div class="faces">${face("India", nse, now)}${face("New York", us, now)}</div>
<p><span class="tag${mode === "follow" ? "" : " note"}">${word}</span> <span class="quiet">${sentence} Market hours know no holidays.</span></p>
</div>
<form method="post" action="${panelPaths.clock}">
${jumpGroups(brokers).map(
  ({ legend, jumps }) =>
    html`<fieldset><legend>${legend}</legend><div class="chips">${jumps.map(
      ({ id, label, about, to }) =>
        html`<button class="plain" name="jump" value="${id}">${label}${about ? html` <small>${about}</small>` : ""}${
          id.startsWith("plus-")
            ? ""
            : html` <small id="live-${id}" data-live>${dayText("Asia/Kolkata", to(now))}</small>`
        }</button>`,
    )}</div></fieldset>`,
)}
<fieldset><legend>Hands</legend><div class="chips">
<button class="plain" name="hands" value="${frozen ? "run" : "freeze"}" id="live-hands" data-live>${frozen ? "Run" : "Freeze"}</button>
<button class="plain" name="hands" value="follow">Back to real time</button>
</div></fieldset>
</form>
<form method="post" action="${panelPaths.clock}" class="typed">
<div><label for="at">To this moment</label>
<input id="at" name="at" type="datetime-local" step="1" required value="${typed?.at ?? indiaField(india)}"></div>
<div><label for="zone">on the clock of</label>
<select id="zone" name="zone">${zones.map(
    ([zone, place]) =>
      html`<option value="${zone}"${zone === typed?.zone ? " selected" : ""}>${place}</option>`,
  )}</select></div>
<button>Set the clock</button>
</form>
</section>`;
}
