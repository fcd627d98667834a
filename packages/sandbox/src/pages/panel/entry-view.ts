import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import { findFault } from "../../faults/index.js";
import { meaningOf } from "../../panel/meaning.js";
import { clockText, dateText } from "../../panel/zoned-time.js";
import type { LedgerEntry } from "../../store/ledger-rows.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";
import { panelPaths } from "./panel-page.js";
import { masked, shortPath, statusKind } from "./sequence-view.js";

/** Longer texts are cut, and the whole is linked. */
const longest = 6_000;

function block(value: unknown, fingerprints: boolean): Html {
  if (value === null || value === undefined) return html`<p class="quiet">Nothing.</p>`;
  if (typeof value === "object" && Object.keys(value).length === 0)
    return html`<p class="quiet">Nothing.</p>`;
  const whole = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const text = fingerprints ? whole : masked(whole);
  const cut = text.length > longest;
  return html`<pre tabindex="0"><code>${cut ? `${text.slice(0, longest)}…` : text}</code></pre>${
    cut ? html`<p class="quiet">Cut after ${longest} characters.</p>` : ""
  }`;
}

const moments = (at: number): Html =>
  html`${dateText("Asia/Kolkata", at)}, ${clockText("Asia/Kolkata", at)} in India; ${clockText("America/New_York", at)} in New York`;

/** One call as a whole: what was sent and what was answered. */
export function entryView(
  brokers: readonly SandboxBroker[],
  entry: LedgerEntry,
  fingerprints: boolean,
): Html {
  const { id, at, method, path, status, fault, from } = entry;
  const broker = brokers.find((each) => each.id === entry.broker);
  const meaning = meaningOf(brokers, entry);
  const here = `${panelPaths.ledger}/${id}`;
  const part = (heading: string, value: unknown): Html =>
    html`<h3>${heading}</h3>${block(value, fingerprints)}`;
  return html`<p>${mark(broker)} ${broker?.name ?? "Trap"} · <code class="path">${method} ${shortPath(path)}</code> <span class="tag ${statusKind(status)}">${status}</span></p>
<section class="card"><dl>
<dt>When</dt><dd>${moments(at)}</dd>
<dt>Sent by</dt><dd>${meaning.from}${from === null ? "" : html`, <code>${from}</code>`}</dd>
${fault ? html`<dt>Fault</dt><dd><span class="tag bad">${fault}</span> ${findFault(fault)?.says ?? ""}</dd>` : ""}
</dl>
<p class="quiet">${
    fingerprints
      ? html`Hidden values appear as fingerprints, the same value always as the same one. <a href="${here}">Mask them</a>`
      : html`Hidden values are masked; their last four digits tell equal from unequal. <a href="${here}?fingerprints=shown">Show fingerprints</a>`
  } · <a href="/_sandbox/ledger?after=${id - 1}&amp;limit=1">Whole as JSON</a></p></section>
<div class="grid">
<section class="card"><h2>What was sent</h2>${part("Query", entry.query)}${part("Headers", entry.headers)}${part("Body", entry.body)}</section>
<section class="card"><h2>What was answered</h2>${part("Body", entry.answer)}</section>
</div>
<nav aria-label="Ledger"><a href="${panelPaths.ledger}">All calls</a></nav>`;
}
