import { html } from "hono/html";
import type { Webhook } from "../../../ports/webhooks.js";
import type { Html } from "../layout.js";
import { eventName } from "./event-names.js";
import { moment, stretch } from "./times.js";

/** Where a webhook stands. */
export type WebhookState = "ended" | "paused" | "failing" | "working" | "waiting";

export type ShownWebhook = Omit<Webhook, "tenant" | "sealedSecret">;

export function webhookState({ endedAt, pausedAt, failingSince, succeededAt }: ShownWebhook): WebhookState {
  if (endedAt !== null) return "ended";
  if (pausedAt !== null) return "paused";
  if (failingSince !== null) return "failing";
  return succeededAt === null ? "waiting" : "working";
}

const badges: Readonly<Record<WebhookState, readonly [word: string, tone: string, shape: Html]>> = {
  working: [
    "Working",
    "good",
    html`<circle cx="6" cy="6" r="6"/><path class="cut" d="M3.300 6.200l1.900 1.900 3.500-3.900"/>`,
  ],
  waiting: [
    "Nothing sent yet",
    "",
    html`<circle class="line" cx="6" cy="6" r="5" stroke-dasharray="2.300 1.630"/>`,
  ],
  failing: [
    "Failing",
    "bad",
    html`<path d="M6 .5l6 11H0z"/><path class="cut" d="M6 4.500v3.200M6 9.400v.2"/>`,
  ],
  paused: [
    "Paused",
    "bad",
    html`<rect x="2" y="1" width="3" height="10"/><rect x="7" y="1" width="3" height="10"/>`,
  ],
  ended: ["Ended", "", html`<path class="line" d="M2 2l8 8M10 2l-8 8"/>`],
};

/** Where a webhook stands, by word, shape and colour. */
export function webhookBadge(webhook: ShownWebhook): Html {
  const [word, tone, shape] = badges[webhookState(webhook)];
  return html`<span class="status ${tone}"><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">${shape}</svg>${word}</span>`;
}

/** When something was taken last. */
export const takenWords = ({ succeededAt }: ShownWebhook): Html =>
  succeededAt === null ? html`Nothing was taken yet` : html`Last taken ${moment(succeededAt)}`;

/** Since when it stands so, and when something was taken last. */
export function webhookTimes(webhook: ShownWebhook, now: number): Html {
  const { endedAt, pausedAt, failingSince } = webhook;
  if (endedAt !== null) return html`Ended ${moment(endedAt)}`;
  const taken = takenWords(webhook);
  if (pausedAt !== null) return html`Paused since ${moment(pausedAt)}. ${taken}`;
  if (failingSince !== null) return html`Nothing taken for ${stretch(now - failingSince)}. ${taken}`;
  return taken;
}

const small = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

const some = (names: readonly string[], most = 3): string =>
  names.length <= most
    ? names.join(", ")
    : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;

/** Which events a webhook wants, in words. */
export function filterWords(
  { types, apps, brokers, users }: ShownWebhook,
  nameOf: (broker: string) => string,
): string {
  const what =
    types === null
      ? "All events"
      : some(types.map((type, i) => (i === 0 ? eventName(type) : small(eventName(type)))));
  const whose = [
    apps && `apps ${some(apps)}`,
    brokers && `brokers ${some(brokers.map(nameOf))}`,
    users && `users ${some(users)}`,
  ].filter(Boolean);
  return whose.length === 0 ? what : `${what}; only of ${whose.join(", ")}`;
}
