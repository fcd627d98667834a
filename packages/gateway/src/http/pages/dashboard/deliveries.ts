import { html } from "hono/html";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { Delivery } from "../../../ports/webhooks.js";
import type { Html } from "../layout.js";
import { eventName } from "./event-names.js";
import { connectionLink } from "./history-links.js";
import { countdown, moment } from "./times.js";

/** What was sent to a webhook, or is to be. */
export type ShownDelivery = Pick<
  Delivery,
  "sequence" | "connection" | "tries" | "dueAt" | "deliveredAt" | "lastStatus"
> & { readonly type: string };

export interface DeliveriesView {
  readonly deliveries: readonly ShownDelivery[];
  readonly names: HistoryNames;
  /** Where one is sent again: a path. `undefined` where nothing can be. */
  readonly replay: string | undefined;
  /** Where older ones are. */
  readonly older: string | undefined;
  /** Where the newest are, on a page of older ones. */
  readonly newest: string | undefined;
  readonly now: number;
}

/** What a receiver's status says, for those whose server it is. */
function answerWords({ tries, lastStatus }: ShownDelivery): Html {
  if (tries === 0) return html`<span class="soft">Not sent yet</span>`;
  if (lastStatus === null)
    return html`No answer<p class="soft">It did not come within ten seconds, or the address may not be reached.</p>`;
  const says: Readonly<Record<number, string>> = {
    401: "Your server did not take the signature.",
    403: "Your server, or what stands before it, let it not through.",
    404: "There is nothing at this address.",
    405: "The address takes no POST.",
    410: "Your server wants none of this.",
    413: "Your server takes no body of this size.",
    429: "Your server asks for fewer.",
  };
  const kinds = [
    "",
    "",
    "Taken.",
    "Redirects are not followed.",
    "Your server refused it.",
    "Your server has a fault.",
  ];
  return html`<code>${lastStatus}</code> <span class="soft">${says[lastStatus] ?? kinds[Math.floor(lastStatus / 100)] ?? ""}</span>`;
}

function fate({ dueAt, deliveredAt, tries }: ShownDelivery, now: number): Html {
  if (deliveredAt !== null) return html`<span class="badge good">Delivered</span> ${moment(deliveredAt)}`;
  if (dueAt === null) return html`<span class="badge bad">Given up</span>`;
  // What comes of it is told to no page.
  if (dueAt <= now) return html`<span class="badge" data-waits>On its way</span>`;
  return html`<span class="badge">${tries === 0 ? "First try" : "Next try"}</span> in ${countdown(dueAt, now)}`;
}

const row = (delivery: ShownDelivery, { names, replay, now }: DeliveriesView): Html => {
  const { sequence, type, connection, tries, dueAt } = delivery;
  const name = eventName(type);
  return html`<tr><td><strong>${name}</strong>${connection === null ? "" : html`<br>${connectionLink(connection, names)}`}<br><span class="soft">${sequence} <code>${type}</code></span></td>
<td data-label="Answer">${answerWords(delivery)}</td><td data-label="Tries">${tries}</td><td data-label="What of it">${fate(delivery, now)}</td>
<td data-label="">${replay === undefined || dueAt !== null ? "" : html`<form method="post" action="${replay}"><input type="hidden" name="sequence" value="${sequence}"><button class="plain small">Send again<span class="aside"> ${name}, number ${sequence}</span></button></form>`}</td></tr>`;
};

/** What was sent to a webhook and what came of it, newest first. */
export function deliveriesTable(view: DeliveriesView): Html {
  const { deliveries, older, newest } = view;
  if (deliveries.length === 0)
    return html`<p class="soft">Nothing has happened since that it wants. Send a test to see whether it works.</p>`;
  return html`<table class="stacked deliveries"><caption class="aside">Deliveries, newest first</caption>
<thead><tr><th scope="col">Event</th><th scope="col">Last answer</th><th scope="col">Tries</th><th scope="col">What became of it</th><th scope="col"><span class="aside">Again</span></th></tr></thead>
<tbody>${deliveries.map((each) => row(each, view))}</tbody></table>
${older || newest ? html`<p class="row turning"><span>${newest ? html`<a href="${newest}">Newest</a>` : ""}</span><span>${older ? html`<a href="${older}">Older</a>` : ""}</span></p>` : ""}`;
}
