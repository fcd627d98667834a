import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import { meaningOf } from "../../panel/meaning.js";
import { clockText, dayText } from "../../panel/zoned-time.js";
import type { LedgerEntry } from "../../store/ledger-rows.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";
import { panelPaths } from "./panel-page.js";

/** Longer paths are cut in the list. */
const longestPath = 72;

export const shortPath = (path: string): string =>
  path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;

/** What a status says by its first digit, for the colour; the number says it besides. */
export const statusKind = (status: number): "good" | "note" | "bad" =>
  status < 300 ? "good" : status < 400 ? "note" : "bad";

function row(brokers: readonly SandboxBroker[], entry: LedgerEntry): Html {
  const { id, at, method, path, status, fault } = entry;
  const broker = brokers.find((each) => each.id === entry.broker);
  const { from, does } = meaningOf(brokers, entry);
  return html`<li><a href="${panelPaths.ledger}/${id}">
<span class="when"><time>${clockText("Asia/Kolkata", at)}</time> <small>${dayText("Asia/Kolkata", at)}</small></span>
<span class="end">${from}</span>
<span class="lane"><span class="to"><b>${does}</b> <code>${method} ${shortPath(path)}</code></span>
<span class="back"><span class="tag ${statusKind(status)}">${status}</span>${fault ? html` <span class="tag bad">fault: ${fault}</span>` : ""}</span></span>
<span class="end">${mark(broker)} ${broker?.name ?? "Trap"}</span>
</a></li>`;
}

/** Calls and answers as a sequence, the newest first: who called on the left, the broker on the right. */
export const sequenceView = (brokers: readonly SandboxBroker[], entries: readonly LedgerEntry[]): Html =>
  entries.length === 0
    ? html`<p class="empty">No calls yet. What an app or a browser sends to a broker appears here.</p>`
    : html`<ol class="sequence">${entries.map((entry) => row(brokers, entry))}</ol>`;
