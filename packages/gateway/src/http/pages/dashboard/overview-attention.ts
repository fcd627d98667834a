import { html } from "hono/html";
import type { BrokerId } from "kunji";
import type { Overview } from "../../../flows/overview.js";
import { repeatedMark } from "../broker-mark.js";
import { failureOf } from "../failures.js";
import type { Html } from "../layout.js";
import { getIn, marksOf, type NotReadyRow, whoIs, whyOut } from "./readiness-list.js";
import { moment } from "./times.js";
import { webhookPlace } from "./webhook-state.js";

/** What attention and soon are made of. */
export interface AttentionView extends Pick<Overview, "counts" | "webhooks" | "apps"> {
  readonly now: number;
  readonly out: readonly NotReadyRow[];
  readonly unsure: readonly NotReadyRow[];
  readonly soon: { readonly rows: readonly NotReadyRow[]; readonly count: number; readonly more: boolean };
  /** The brokers' names. */
  readonly day: { readonly brokers: Readonly<Record<BrokerId, { readonly name: string }>> };
}

/** @param key what tells the rows from all others on the page; without one they have nothing to press */
const rowsOf = (rows: readonly NotReadyRow[], now: number, key?: string): Html =>
  html`<ul class="rows marked">${rows.map(
    (each, index) => html`<li>${repeatedMark(each.brokerId)}<div>${whoIs(each)}
<p class="soft">${whyOut(each, now)}</p></div>${key === undefined ? "" : getIn(each, `${key}-${index}`, now)}</li>`,
  )}</ul>`;

const rest = (all: number, shown: number, path: string, words: string): Html | string =>
  all > shown ? html`<p><a href="${path}">${words}</a></p>` : "";

const webhookRow = ({ id, url, pausedAt }: Overview["webhooks"][number]): Html =>
  html`<li><div><strong>The webhook to ${webhookPlace(url)} is paused</strong>
<p class="soft">It took no event for a day. Nothing goes to it since ${moment(pausedAt ?? 0)}. Mend its receiver, then resume it and send again what it missed.</p></div><a href="/webhooks/${encodeURIComponent(id)}">See to it</a></li>`;

function appRow({ app, login }: Overview["apps"][number], { day }: AttentionView): Html {
  const { name } = day.brokers[app.broker];
  const failed = login.failed ?? "";
  const why =
    failed === "exchange_refused"
      ? "Probably a key or secret of the app is wrong"
      : failureOf(failed, name).heading;
  return html`<li><div><strong>The app ${app.displayName ?? app.id} lets nobody in</strong> <span class="soft">${name}</span>
<p class="soft">The last login, ${moment(login.at)}, failed: ${why}. The app’s check says what to mend. <code>${failed}</code></p></div><a href="/apps/${encodeURIComponent(app.id)}">Check the app</a></li>`;
}

/** What needs somebody now, the most urgent first; nothing where all is well. */
export function attentionSection(view: AttentionView): Html | string {
  const { out, unsure, webhooks, apps, counts, now, soon } = view;
  const marks = marksOf([...out, ...unsure, ...soon.rows]);
  if (out.length + unsure.length + webhooks.length + apps.length === 0) return marks;
  return html`${marks}<section aria-labelledby="now-head">
<h2 id="now-head">What needs somebody now</h2>
${out.length > 0 ? html`<h3>They must log in</h3>${rowsOf(out, now, "out")}${rest(counts.login_needed, out.length, "/readiness", "Everybody who must log in")}` : ""}
${unsure.length > 0 ? html`<h3>Nobody knows whether they are in</h3>${rowsOf(unsure, now)}${rest(counts.unsure, unsure.length, "/connections?status=unsure", "All that are unsure")}` : ""}
${apps.length > 0 ? html`<h3>Apps</h3><ul class="rows">${apps.map((each) => appRow(each, view))}</ul>` : ""}
${webhooks.length > 0 ? html`<h3>Webhooks</h3><ul class="rows">${webhooks.map(webhookRow)}</ul>` : ""}
</section>`;
}

/** Who lives now and will be out before their market opens. */
export function soonSection({ soon, now }: AttentionView): Html | string {
  if (soon.rows.length === 0) return "";
  return html`<section aria-labelledby="soon-head">
<h2 id="soon-head">Out before the next open</h2>
<p class="soft">They are in now. After their session has ended they log in again, best on the morning of the open; a link can be sent before.</p>
${rowsOf(soon.rows, now, "soon")}
${soon.more || soon.count > soon.rows.length ? html`<p><a href="/readiness">Everybody, and all links</a></p>` : ""}
</section>`;
}
