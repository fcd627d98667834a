import { html } from "hono/html";
import type { Html } from "../layout.js";
import { type DeliveriesView, deliveriesTable } from "./deliveries.js";
import { formField, type Refusal } from "./form-field.js";
import type { DashboardPage, Notice } from "./frame.js";
import { countdown, moment } from "./times.js";
import { type WebhookChoices, type WebhookValues, webhookFields } from "./webhook-form.js";
import { filterWords, type ShownWebhook, takenWords, webhookBadge, webhookPlace } from "./webhook-state.js";
import { webhookPath } from "./webhooks.js";

export interface WebhookView {
  readonly webhook: ShownWebhook;
  readonly sent: DeliveriesView;
  readonly choices: WebhookChoices;
  /** What its form holds: what is on file, or what was typed and refused. */
  readonly values: WebhookValues;
  readonly refused?: Refusal | undefined;
  /** What the form of a range holds. */
  readonly range: { readonly from: string; readonly to: string };
  /** How long a receiver may take nothing before its webhook is paused, in ms. */
  readonly patienceMs: number;
  readonly notice?: Notice | undefined;
}

/** What its state asks for. */
function needs({ webhook, patienceMs, sent: { now } }: WebhookView): Html | string {
  const { id, pausedAt, pausedFrom, failingSince, endedAt } = webhook;
  if (endedAt !== null)
    return html`<p class="said">It ended ${moment(endedAt)}. Nothing is sent to it any more: make a new one to go on.</p>`;
  if (pausedAt !== null)
    return html`<div class="said bad"><p><strong>Paused since ${moment(pausedAt)}:</strong> for a day it took nothing, so nothing is sent any more. Mend its receiver, then resume it.</p>
<div class="row"><form method="post" action="${webhookPath(id)}/resume"><button${pausedFrom === null ? "" : html` name="missed" value="yes"`}>${pausedFrom === null ? "Resume" : "Resume, and send what it missed"}</button></form>${pausedFrom === null ? "" : html`<form method="post" action="${webhookPath(id)}/resume"><button class="plain">Resume alone</button></form>`}</div></div>`;
  if (failingSince === null) return "";
  const end = failingSince + patienceMs;
  return html`<p class="said bad"><strong>Nothing was taken since ${moment(failingSince)}.</strong> Each event is tried again for a day; where nothing is taken it is paused ${end > now ? html`in ${countdown(end, now)}` : "at the next failure"}. Look at the answers below.</p>`;
}

const againSection = ({ webhook, range, refused }: WebhookView): Html =>
  html`<section aria-labelledby="again-head" id="again"><h2 id="again-head">Send again</h2>
<p class="soft">Events that its filters let through, under their old ids, so that your server knows them again. What is on its way stays as it is.</p>
<form class="pair-fields" method="post" action="${webhookPath(webhook.id)}/replay">
<div>${formField({ name: "from", label: "From number", kind: "number", value: range.from, required: true, more: html` min="1" inputmode="numeric"` }, refused)}</div>
<div>${formField({ name: "to", label: "To number", kind: "number", value: range.to, more: html` min="1" inputmode="numeric" placeholder="the latest"` }, refused)}</div>
<button class="plain">Send them again</button></form>
${webhook.pausedFrom === null ? "" : html`<p class="soft">Its last pause began with number ${webhook.pausedFrom}.</p>`}</section>`;

const changeSection = ({ webhook, values, choices, refused }: WebhookView): Html => {
  const open = refused && refused.field !== "from" && refused.field !== "to";
  return html`<section aria-labelledby="change-head" id="change"><h2 id="change-head">Change it</h2>
<details class="end"${open ? html` open` : ""}><summary>Its address, and which events it gets</summary>
<form class="filled" method="post" action="${webhookPath(webhook.id)}/change">${webhookFields(values, choices, refused)}
<p class="row"><button>Save</button></p></form></details></section>`;
};

const endSection = ({ id }: ShownWebhook): Html =>
  html`<section aria-labelledby="end-head"><h2 id="end-head">End it</h2>
<details class="end"><summary>End this webhook</summary><form method="post" action="${webhookPath(id)}/end"><p>Nothing is sent to it from then on, not even what is on its way. It can’t be taken back.</p><button>End it for good</button></form></details></section>`;

/** A webhook: where it stands, what was sent to it, and what can be done about it. */
export const webhookPage = (view: WebhookView): DashboardPage => {
  const { webhook, sent, choices } = view;
  const { id, url, endedAt, pausedAt, createdAt } = webhook;
  const nameOf = (broker: string) => choices.brokers.find(([each]) => each === broker)?.[1] ?? broker;
  const lives = endedAt === null;
  return {
    title: `Webhook to ${webhookPlace(url)}`,
    section: "webhooks",
    notice: view.notice,
    body: html`<p class="crumbs"><a href="/webhooks">Webhooks</a></p>
<div id="state" data-live><header class="head"><h1>${webhookPlace(url)}</h1>${webhookBadge(webhook)}</header>
${needs(view)}
<section aria-label="This webhook"><p class="once"><code class="secret" id="url">${url}</code><button type="button" class="plain small" data-copy="url" hidden>Copy</button></p>
<p>${filterWords(webhook, nameOf)}.</p>
<p class="soft">${takenWords(webhook)} · added ${moment(createdAt)} · <code>${id}</code></p></section></div>
<section aria-labelledby="sent-head" id="sent" data-live><header class="head"><h2 id="sent-head">Deliveries</h2>${lives && pausedAt === null ? html`<form class="inline" method="post" action="${webhookPath(id)}/test"><button class="plain small">Send a test</button></form>` : ""}</header>
${deliveriesTable(sent)}</section>
${lives && pausedAt === null ? againSection(view) : ""}
${lives ? changeSection(view) : ""}
${lives ? endSection(webhook) : ""}`,
  };
};
