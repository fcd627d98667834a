import { html } from "hono/html";
import type { EventType } from "kunji/gateway";
import type { HistoryNames, NamedConnection } from "../../../flows/history-names.js";
import type { Event } from "../../../ports/events.js";
import type { Html } from "../layout.js";
import { appLink, connectionLink, type ToldOn, webhookLink } from "./history-links.js";
import { marketMoment, marketZones } from "./market-moment.js";
import { reasonSentence } from "./status-badge.js";
import { moment } from "./times.js";

/** What a sentence is made of. */
export type ToldEvent = Pick<Event, "type" | "connection" | "data">;

interface Told extends ToldOn {
  readonly names: HistoryNames;
  readonly connection: string;
  /** Whose it is, where the connection is on file. */
  readonly known: NamedConnection | undefined;
  /** A field of the event's data as text; empty where it has none. */
  readonly field: (name: string) => string;
}

/** The moment that a field names, in a phrase; `otherwise` where it names none. */
function at(
  { field, known }: Told,
  name: string,
  phrase: (shown: Html) => Html,
  otherwise: Html | string = "",
): Html | string {
  const ms = Date.parse(field(name));
  if (Number.isNaN(ms)) return otherwise;
  return phrase(known ? marketMoment(ms, marketZones[known.country]) : moment(ms));
}

/** A second sentence, after a blank. */
function reason({ field, known }: Told, status?: "unsure"): string {
  const sentence = reasonSentence(field("reason"), { broker: known?.broker, status });
  return sentence && ` ${sentence}`;
}

const ends = (told: Told): Html | string =>
  at(told, "ends_at", (shown) => html` until ${shown}`, ". Nobody knows when the session ends");

/** What comes after the name of the connection. */
const ofConnection = {
  "connection.created": () => html`was made. Nobody has logged in yet.`,
  "connection.pending": () => html`was logged in. The app’s server has not confirmed it yet.`,
  "connection.active": (told) => html`is active with account ${told.field("account")}${ends(told)}.`,
  "connection.refreshed": (told) => html`was renewed${ends(told)}.`,
  "connection.ends_soon": (told) =>
    told.field("why") === "before_next_open"
      ? html`will be out before the market’s next open${at(told, "next_open", (shown) => html`, ${shown}`)}: the session ends ${at(told, "ends_at", (shown) => shown, "sooner")}. Log in again before.`
      : html`ends soon${at(told, "ends_at", (shown) => html`, ${shown}`)}. Log in again before.`,
  "connection.login_needed": (told) => html`needs a login.${reason(told)}`,
  "connection.unsure": (told) => html`is unsure.${reason(told, "unsure")}`,
  "connection.login_failed": (told) => html`was not logged in.${reason(told)}`,
  "connection.closed": () => html`was closed for good, and its session erased.`,
} as const satisfies Partial<Record<EventType, (told: Told) => Html>>;

const others = {
  "vendor_session.started": (told) =>
    html`The vendor session of ${appLink(told.field("app"), told)} began${at(told, "ends_at", (shown) => html` and ends ${shown}`)}.`,
  "vendor_session.ended": (told) =>
    html`The vendor session of ${appLink(told.field("app"), told)} ended.${reason(told)}`,
  "webhook.paused": (told) =>
    html`Nothing goes to ${webhookLink(told.field("webhook"), told.names, told)} any more: for a day it took no event. Mend its receiver, then resume it and send again what it missed.`,
  "webhook.test": (told) => html`A test was sent to ${webhookLink(told.field("webhook"), told.names, told)}.`,
  "audit.anchored": (told) =>
    html`The place of the audit’s newest record, number ${told.field("sequence")}, was sent abroad, so that nobody can rewrite what came before.`,
} as const satisfies Record<Exclude<EventType, keyof typeof ofConnection>, (told: Told) => Html>;

const has = <T extends object>(known: T, type: string): type is Extract<keyof T, string> =>
  Object.hasOwn(known, type);

/** A page may begin with it, and its subject with a small letter. */
const capital = (subject: Html, { here, connection }: Told): Html =>
  here === connection ? html`This connection` : subject;

/** What happened, in a sentence; the names are of its page of history. A type that isn't known is told by its code. */
export function eventSentence(
  { type, connection, data }: ToldEvent,
  names: HistoryNames,
  on: ToldOn = {},
): Html {
  const facts = JSON.parse(data) as Readonly<Record<string, unknown>>;
  const told: Told = {
    ...on,
    names,
    connection: connection ?? "",
    known: names.connections.get(connection ?? ""),
    field: (name) => String((Object.hasOwn(facts, name) ? facts[name] : undefined) ?? ""),
  };
  if (has(ofConnection, type))
    return html`${capital(connectionLink(told.connection, names, on), told)} ${ofConnection[type](told)}`;
  return has(others, type) ? others[type](told) : html`Something happened that this page has no words for.`;
}
