import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import { faults } from "../../faults/index.js";
import { bare } from "../../http/broker-routes.js";
import type { SetFault } from "../../store/set-faults.js";
import type { Html } from "../layout.js";
import { panelPaths } from "./panel-page.js";

/** What somebody typed into the form, to be shown again. */
export type TypedFault = Readonly<Partial<Record<"where" | "fault" | "times" | "field" | "delay", string>>>;

const kinds = [
  ["transport", "On the way"],
  ["protocol", "In the answer"],
  ["identity", "About who it is"],
] as const;

const option = (value: string, label: string, chosen: string | undefined): Html =>
  html`<option value="${value}"${value === chosen ? " selected" : ""}>${label}</option>`;

function places({ id, name, routes }: SandboxBroker, chosen: string | undefined): Html {
  const paths = new Map(routes.map(({ path, does }) => [bare(path) || "/", does ?? ""]));
  return html`<optgroup label="${name}">${option(id, `${name}: any call`, chosen)}${[...paths].map(
    ([path, does]) => option(`${id} ${path}`, `${does}: ${path}`, chosen),
  )}</optgroup>`;
}

const setRow = (brokers: readonly SandboxBroker[], set: SetFault): Html => html`<li><div>
<p><span class="tag bad">${set.fault}</span> ${brokers.find(({ id }) => id === set.broker)?.name ?? set.broker}</p>
<p class="quiet"><code>${set.path ?? "any call"}</code>, ${set.times === 1 ? "once" : `${set.times} times`}${Object.entries(
  set.options,
).map(([name, value]) => html`, ${name} <code>${value}</code>`)}</p></div>
<form method="post" action="${panelPaths.faults}"><button class="plain" name="clear" value="${set.id}" id="clear-${set.id}" aria-label="Clear ${set.fault}">Clear</button></form></li>`;

/** More than these are not listed one by one. */
const longest = 40;

function setList(brokers: readonly SandboxBroker[], set: readonly SetFault[]): Html {
  if (set.length === 0) return html`<p class="empty">None. Every broker answers as it should.</p>`;
  const more = set.length - longest;
  return html`<ul class="rows">${set.slice(0, longest).map((each) => setRow(brokers, each))}</ul>
${more > 0 ? html`<p class="quiet">and ${more} more</p>` : ""}
<form method="post" action="${panelPaths.faults}"><button class="plain" name="clear" value="all" id="clear-all">Clear all</button></form>`;
}

/** What stands between backticks is code. */
const withCode = (text: string): Html[] =>
  text.split("`").map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

const catalogue = faults.map(
  ({ name, says }) => html`<dt><code>${name}</code></dt><dd>${withCode(says)}</dd>`,
);

/** The form that sets a fault, what is set, and what each fault does. */
export const faultsView = (
  brokers: readonly SandboxBroker[],
  set: readonly SetFault[],
  typed: TypedFault = {},
): Html => html`<div class="grid">
<section class="card"><h2>Set a fault</h2>
<form method="post" action="${panelPaths.faults}">
<label for="where">Where it falls</label>
<select id="where" name="where">${brokers.map((broker) => places(broker, typed.where))}</select>
<label for="fault">What goes wrong</label>
<select id="fault" name="fault">${kinds.map(
  ([kind, label]) =>
    html`<optgroup label="${label}">${faults
      .filter((fault) => fault.kind === kind)
      .map(({ name }) => option(name, name, typed.fault))}</optgroup>`,
)}</select>
<label for="times">How many times</label>
<input id="times" name="times" type="text" inputmode="numeric" required value="${typed.times ?? "1"}">
<details${typed.field || typed.delay ? " open" : ""}><summary>More</summary>
<label for="field">Field that <code>missing-field</code> leaves out</label>
<input id="field" name="field" type="text" value="${typed.field ?? ""}" spellcheck="false" autocapitalize="none">
<label for="delay">Wait of <code>slow</code>, such as 2s or 300ms</label>
<input id="delay" name="delay" type="text" value="${typed.delay ?? ""}" spellcheck="false" autocapitalize="none">
</details>
<button class="wide">Set the fault</button>
</form>
</section>
<section class="card"><h2>Set now</h2>
<div id="live-set" data-live>${setList(brokers, set)}</div>
</section>
</div>
<section class="card"><h2>What each fault does</h2><dl>${catalogue}</dl></section>`;
