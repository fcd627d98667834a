import { html } from "hono/html";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { AuditRecord } from "../../../ports/audit.js";
import type { Event } from "../../../ports/events.js";
import type { Html } from "../layout.js";
import { auditSentence } from "./audit-sentence.js";
import { eventSentence } from "./event-sentence.js";
import type { ToldOn } from "./history-links.js";
import { marketMoment, marketZones } from "./market-moment.js";
import { moment } from "./times.js";

const line = (
  { at, sequence }: Pick<Event, "at" | "sequence">,
  code: string,
  sentence: Html,
  { country }: ToldOn,
): Html =>
  html`<li><p class="soft">${country ? marketMoment(at, marketZones[country], true) : moment(at)}</p><p>${sentence}</p><p class="soft"><span class="aside">Number</span> ${sequence} <code>${code}</code></p></li>
`;

/** Events as sentences, in the order in which they come, with their number and type beside. */
export const eventList = (events: readonly Event[], names: HistoryNames, on: ToldOn = {}): Html =>
  html`<ol class="told">${events.map((event) => line(event, event.type, eventSentence(event, names, on), on))}</ol>`;

/** Records of the audit as sentences, likewise. */
export const auditList = (records: readonly AuditRecord[], names: HistoryNames, on: ToldOn = {}): Html =>
  html`<ol class="told">${records.map((record) => line(record, record.action, auditSentence(record, names, on), on))}</ol>`;
