import { html } from "hono/html";
import type { Webhook } from "../../../ports/webhooks.js";
import type { Html } from "../layout.js";
import { eventName } from "./event-names.js";
import { moment, stretch } from "./times.js";

/** Where a webhook stands. */
export type WebhookState = "ended" | "paused" | "failing" | "working" | "waiting";

export type ShownWebhook = Omit<Webhook, "tenant" | "sealedSecret">;

/** A webhook's address, short of what may be secret in it: two of one host are told apart. */
export function webhookPlace(address: string): string {
  const { host, pathname } = new URL(address);
  return pathname === "/" ? host : `${host}${pathname}`;
}

export function webhookState({ endedAt, pausedAt, failingSince, succeededAt }: ShownWebhook): WebhookState {
  if (endedAt !== null) return "ended";
  if (pausedAt !== null) return "paused";
  if (failingSince !== null) return "failing";
  return succeededAt === null ? "waiting" : "working";
}

const badges: Readonly<Record<WebhookState, readonly [word: string, looks: string]>> = {
  working: ["Working", "good"],
  waiting: ["Nothing sent yet", "is-new"],
  failing: ["Failing", "bad is-login_needed"],
  paused: ["Paused", "bad is-paused"],
  ended: ["Ended", "is-closed"],
};

/** Where a webhook stands, by word, colour and a shape, which the stylesheet draws as it does for connections. */
export function webhookBadge(webhook: ShownWebhook): Html {
  const [word, looks] = badges[webhookState(webhook)];
  return html`<span class="status ${looks}">${word}</span>`;
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
