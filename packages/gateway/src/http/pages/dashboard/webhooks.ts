import { html } from "hono/html";
import type { Html } from "../layout.js";
import { type Refusal, refusedNotice } from "./form-field.js";
import type { DashboardPage, Notice } from "./frame.js";
import { shownOnce } from "./operators.js";
import { emptyWebhook, type WebhookChoices, type WebhookValues, webhookFields } from "./webhook-form.js";
import { filterWords, type ShownWebhook, webhookBadge, webhookTimes } from "./webhook-state.js";

export interface WebhooksView {
  readonly webhooks: readonly ShownWebhook[];
  /** Whether those that have ended are shown, and not those that live. */
  readonly ended: boolean;
  /** Where the list goes on. */
  readonly next: string | undefined;
  readonly choices: WebhookChoices;
  /** A form that was refused: what it holds, and why. */
  readonly form?: { readonly values: WebhookValues; readonly refused: Refusal } | undefined;
  /** Tells this form from any other, so that it makes one webhook however often it is sent. */
  readonly once: string;
  readonly now: number;
  readonly notice?: Notice | undefined;
}

/** Where a webhook's page is. */
export const webhookPath = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;

/** In the list an address is shown up to here; its own page has the whole. */
const shownOfUrl = 200;
const shortened = (url: string): string => (url.length > shownOfUrl ? `${url.slice(0, shownOfUrl)}…` : url);

const row = (webhook: ShownWebhook, { choices, now }: WebhooksView): Html => {
  const nameOf = (id: string) => choices.brokers.find(([broker]) => broker === id)?.[1] ?? id;
  return html`<li class="hook-row"><div><a class="name" href="${webhookPath(webhook.id)}">${shortened(webhook.url)}</a>
<p class="soft">${filterWords(webhook, nameOf)}</p><p class="soft">${webhookTimes(webhook, now)}</p></div>
<p class="count">${webhookBadge(webhook)}</p></li>`;
};

function list(view: WebhooksView): Html {
  const { webhooks, ended, next } = view;
  if (webhooks.length === 0 && ended) return html`<section><p>None has ended.</p></section>`;
  if (webhooks.length === 0)
    return html`<section class="first"><h2>No webhook yet</h2><p>A webhook tells your server at once what happens: that somebody must log in, that a session ends soon, that a connection is active. Add the address that takes it below.</p></section>`;
  return html`<section id="webhooks" data-live aria-label="Webhooks"><ul class="app-rows">${webhooks.map((each) => row(each, view))}</ul>
${next ? html`<p><a href="${next}">More webhooks</a></p>` : ""}</section>`;
}

/** The tenant's webhooks, and the form for another one. */
export const webhooksPage = (view: WebhooksView): DashboardPage => {
  const { ended, choices, form, once, webhooks } = view;
  return {
    title: ended ? "Ended webhooks" : "Webhooks",
    section: "webhooks",
    notice: form ? refusedNotice(form.refused) : view.notice,
    body: html`${ended ? html`<p class="crumbs"><a href="/webhooks">Webhooks</a></p>` : ""}<header class="head"><h1>${ended ? "Ended webhooks" : "Webhooks"}</h1></header>
${list(view)}
${
  ended
    ? ""
    : html`<section aria-labelledby="add-head"><h2 id="add-head">${webhooks.length === 0 ? "Add a webhook" : "Add another"}</h2>
<form class="filled" method="post" action="/webhooks"><input type="hidden" name="once" value="${once}">${webhookFields(form?.values ?? emptyWebhook, choices, form?.refused)}
<p class="row"><button>Add the webhook</button></p></form></section>
<p class="soft"><a href="/webhooks?ended=1">Those that have ended</a></p>`
}`,
  };
};

/** A webhook that was made. */
export const webhookMadePage = ({ id, url }: ShownWebhook, secret: string): DashboardPage => ({
  title: "Webhook added",
  section: "webhooks",
  body: html`<header class="head"><h1>Webhook added</h1></header>
<section>
<h2>${url}</h2>
<p class="said good" role="status">Keep this secret where your server finds it. It is shown this once.</p>
${shownOnce("Secret", secret)}
<p class="soft">Your server verifies each call with it, by the Standard Webhooks scheme: take one of its libraries, and give it the body as it came.</p>
<div class="row"><form method="post" action="${webhookPath(id)}/test"><button>Send a test</button></form><a class="button quiet" href="${webhookPath(id)}">Go to the webhook</a></div>
</section>`,
});
