import { html } from "hono/html";
import type { BrokerId } from "kunji";
import type { Market } from "../../../domain/market-days.js";
import type { Stretch } from "../../../flows/day-window.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import { markSymbols, repeatedMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { logInOrSend } from "./send-link.js";
import { statusBadge, statusSentence } from "./status-badge.js";
import { type Country, clockIn, dayIn, whenIn } from "./zones.js";

/** A connection that will have no live session at its moment. */
export interface NotReadyRow {
  readonly connection: Pick<
    ConnectionSummary,
    "id" | "user" | "account" | "status" | "reason" | "endsAt" | "carriedUntil"
  >;
  readonly brokerId: BrokerId;
  /** The broker's name. */
  readonly broker: string;
  readonly country: Country;
  readonly market: Market;
  /** The moment, ms since 1970, UTC. */
  readonly at: number;
  readonly live: "no" | "unknown";
  readonly own: boolean;
  readonly url: string;
  /** When to log in instead of now, where a login now would not last to the moment. */
  readonly window: Stretch | undefined;
}

/** When a session will be over, ms since 1970, UTC: renewals that are to be counted on included. */
const endOf = ({ endsAt, carriedUntil, reason }: NotReadyRow["connection"]): number | null =>
  endsAt === null || reason === "refresh_refused" ? endsAt : Math.max(endsAt, carriedUntil ?? 0);

/** When to log in, such as `Log in between 07:00 and 09:15 tomorrow, India`. Moments are ms since 1970, UTC. */
export function logInBetween({ from, until }: Stretch, country: Country, now: number): string {
  const oneDay = dayIn(country, from) === dayIn(country, until);
  const begin = oneDay ? clockIn(country, from) : whenIn(country, from, now);
  return `Log in between ${begin} and ${whenIn(country, until, now)}`;
}

/** Why it will be out, in a sentence or two. */
export function whyOut(
  { connection, broker, country, live }: Omit<NotReadyRow, "url" | "own" | "brokerId" | "window">,
  now: number,
): Html {
  const { status, reason } = connection;
  const end = endOf(connection);
  if (status !== "active") return html`${statusSentence(status, reason, broker)}`;
  const said = statusSentence(status, reason, broker);
  if (live === "unknown" || end === null)
    return html`${broker} does not say when its session ends.${said && ` ${said}`}`;
  if (end <= now) return html`Its session has just ended.${said && ` ${said}`}`;
  return html`Its session ends at ${whenIn(country, end, now)}.${said && ` ${said}`}`;
}

/** Who it is: the user, the broker and its account. */
export const whoIs = ({ connection, broker }: Pick<NotReadyRow, "connection" | "broker">): Html =>
  html`<strong><a href="/connections/${encodeURIComponent(connection.id)}">${connection.user}</a></strong> <span class="soft">${broker}${connection.account === null ? "" : ` · ${connection.account}`}</span> ${statusBadge(connection.status, connection.reason)}`;

/** What gets it in again. @param key what tells the row from all others on the page */
export function getIn(row: NotReadyRow, key: string, now: number): Html {
  const { connection, own, url, window, country } = row;
  const { id, user, status } = connection;
  // Whoever is in gains nothing by a login that ends before the moment.
  if (own && window && status === "active")
    return html`<p class="send soft">${logInBetween(window, country, now)}</p>`;
  return logInOrSend({ id, user, own, url, key, first: status === "new", urgent: status !== "active" });
}

/** Said besides what gets them in. */
function windowSaid(row: NotReadyRow, now: number): string {
  const { own, window, country, connection } = row;
  if (!window || !own || connection.status === "active") return "";
  return ` A login now would end before that moment: ${logInBetween(window, country, now).replace("Log", "log")}.`;
}

const row = (
  each: NotReadyRow,
  now: number,
  chosen: boolean,
  key: number,
): Html => html`<li>${repeatedMark(each.brokerId)}<div>${whoIs(each)}
<p class="soft">${chosen ? "" : `${each.live === "unknown" ? "May miss" : "Misses"} the open of ${each.market}. `}${whyOut(each, now)}${windowSaid(each, now)}</p></div>
${getIn(each, String(key), now)}</li>`;

/** The marks that rows show. */
export const marksOf = (rows: readonly Pick<NotReadyRow, "brokerId">[]): Html =>
  markSymbols([...new Set(rows.map(({ brokerId }) => brokerId))]);

/** Everybody who will be out, each with what gets them in again. */
export const notReadyRows = (rows: readonly NotReadyRow[], now: number, chosen: boolean): Html =>
  html`${marksOf(rows)}<ul class="rows marked">${rows.map((each, index) => row(each, now, chosen, index))}</ul>`;
