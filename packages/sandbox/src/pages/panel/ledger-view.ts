import { html } from "hono/html";
import type { BrokerId, SandboxBroker } from "../../broker.js";
import type { LedgerEntry } from "../../store/ledger-rows.js";
import type { Html } from "../layout.js";
import { panelPaths } from "./panel-page.js";
import { sequenceView } from "./sequence-view.js";

export interface LedgerView {
  readonly entries: readonly LedgerEntry[];
  readonly chosen: BrokerId | undefined;
  /** The id before which this page's entries lie; `undefined` on the first page. */
  readonly before: number | undefined;
  /** Whether there are older ones. */
  readonly more: boolean;
}

const address = (broker: string | undefined, before?: number): string => {
  const query = new URLSearchParams({
    ...(broker === undefined ? {} : { broker }),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  return query.size === 0 ? panelPaths.ledger : `${panelPaths.ledger}?${query}`;
};

/** What each broker received and answered, the newest first. */
export function ledgerView(brokers: readonly SandboxBroker[], view: LedgerView): Html {
  const { entries, chosen, before, more } = view;
  const last = entries.at(-1);
  const filter = (label: string, id?: string): Html =>
    html`<li><a href="${address(id)}"${id === chosen ? html` aria-current="true"` : ""}>${label}</a></li>`;
  return html`<p class="quiet">Times are those of the sandbox's clock in India. Secrets never get here: the ledger keeps fingerprints.</p>
<nav aria-label="Brokers" class="filter"><ul>${filter("All")}${brokers.map(({ id, name }) => filter(name, id))}</ul></nav>
<section class="card" aria-label="Calls"><div id="live-ledger" data-live>${sequenceView(brokers, entries)}</div>
<nav aria-label="Pages" class="pages">${before === undefined ? "" : html`<a href="${address(chosen)}">Newest</a>`} ${
    more && last ? html`<a href="${address(chosen, last.id)}">Older</a>` : ""
  }</nav></section>`;
}
