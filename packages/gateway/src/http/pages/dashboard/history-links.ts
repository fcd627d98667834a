import { html } from "hono/html";
import type { Traits } from "kunji";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { Html } from "../layout.js";

/** Whose page the sentences stand on: what it is about isn't named again. */
export interface ToldOn {
  /** The id of the connection, app or webhook whose own page it is. */
  readonly here?: string | undefined;
  /** The country on whose clock moments are told; UTC without one. */
  readonly country?: Traits["country"] | undefined;
}

const idLink = (path: string, id: string, name: string): Html =>
  html`<a href="${path}/${encodeURIComponent(id)}">${name}</a>`;

/** A connection by its user and broker, with the way to its page. */
export function connectionLink(id: string, names: HistoryNames, { here }: ToldOn = {}): Html {
  if (id === here) return html`this connection`;
  const known = names.connections.get(id);
  return idLink("/connections", id, known ? `${known.user} at ${known.broker}` : id);
}

/** An app by its id. */
export const appLink = (id: string, { here }: ToldOn = {}): Html =>
  id === here ? html`this app` : html`the app ${idLink("/apps", id, id)}`;

/** A webhook by the host it goes to. */
export const webhookLink = (id: string, names: HistoryNames, { here }: ToldOn = {}): Html =>
  id === here
    ? html`this webhook`
    : html`the webhook ${idLink("/webhooks", id, names.webhooks.get(id) ?? id)}`;
