import { html } from "hono/html";
import type { AuditFacts } from "../../../domain/audit-chain.js";
import type { HistoryNames } from "../../../flows/history-names.js";
import type { AuditRecord } from "../../../ports/audit.js";
import { failureCodes } from "../failures.js";
import type { Html } from "../layout.js";
import { appLink, connectionLink, type ToldOn, webhookLink } from "./history-links.js";
import { reasonCodes, reasonSentence } from "./status-badge.js";

/** What a sentence is made of. */
export type ToldRecord = Pick<AuditRecord, "key" | "action" | "kind" | "id" | "facts">;

interface Told {
  /** What was acted on, with the way to its page where it has one. */
  readonly what: Html;
  readonly fact: (name: string) => string;
  readonly own: boolean;
  /** Whether the sentence stands on the page of what was acted on. */
  readonly here: boolean;
}

type Words = (told: Told) => Html;

const doing =
  (before: string, after = ""): Words =>
  ({ what }) =>
    html`${before} ${what}${after}`;
/** What operators do with their own sign-in has no object. */
const self =
  (words: string, ofOthers: string = words): Words =>
  ({ what, own }) =>
    own ? html`${words}` : html`${ofOthers} ${what}`;

/** What a call can do that somebody tried on a connection's page. */
const calls: Readonly<Record<string, string>> = {
  read: "a call that looks",
  order: "a call that may order",
  money: "a call that moves money",
  credential: "a call that is never forwarded",
};

/** Every action, as what somebody did. */
const actions: Readonly<Record<string, Words>> = {
  "connection.add": ({ what, here }) => (here ? html`made ${what}` : html`made a connection for ${what}`),
  "connection.login": doing("finished a login of"),
  "connection.login_fail": doing("did not get through a login of"),
  "connection.activate": doing("made", " active"),
  "connection.confirm_fail": doing("tried to confirm a login with a code that opens nothing, of"),
  "connection.refresh": doing("renewed the session of"),
  "connection.need_login": doing("found that a login is needed for"),
  "connection.doubt": doing("could not find out whether the session lives of"),
  "connection.reconnect": doing("made a link to log in again for"),
  "connection.close": doing("closed", ", and its session was erased"),
  "connection.egress": ({ what, fact }) =>
    html`set how calls leave for ${what}: ${fact("egress") ? html`through ${fact("egress")}` : "as the app’s do"}`,
  "connection.call": ({ what, fact }) => {
    const call = (Object.hasOwn(calls, fact("call")) && calls[fact("call")]) || "a call";
    return html`tried ${call} with ${what}${fact("path") === "unknown" ? ", at a path that isn’t known" : fact("path") && html`: <code>${fact("path")}</code>`}`;
  },
  // Older records don't tell which session it was.
  "session.read": ({ what, fact }) =>
    fact("generation")
      ? html`read the headers of ${what}, of its session ${fact("generation")}`
      : html`read the session’s headers of ${what}`,
  "app.put": ({ what, fact }) =>
    html`wrote ${what}${fact("environment") && html`, environment ${fact("environment")}`}`,
  "vendor_session.start": doing("began the vendor session of"),
  "vendor_session.end": doing("ended the vendor session of"),
  "webhook.add": doing("added"),
  "webhook.change": ({ what, fact }) => html`changed ${what}${fact("fields") && html`: ${fact("fields")}`}`,
  "webhook.pause": doing("paused", ", which took no event for a day"),
  "webhook.resume": doing("resumed"),
  "webhook.test": doing("sent a test to"),
  "webhook.replay": ({ what, fact }) => html`sent events ${fact("from")} to ${fact("to")} again to ${what}`,
  "webhook.end": doing("ended"),
  "key.add": doing("made"),
  "key.end": doing("ended"),
  "tenant.add": doing("made"),
  "tenant.end": doing("ended"),
  "vault.rotate": doing("began to seal everything with"),
  "audit.erase": ({ fact }) =>
    html`erased records of the audit that have had their time, up to number ${fact("through")}`,
  "operator.add": doing("added"),
  "operator.end": doing("ended", " and every session of theirs"),
  "operator.sign_in": self("signed in", "signed in as"),
  "operator.sign_out": self("signed out", "signed out as"),
  "operator.session_end": self("signed out in another browser", "ended a session of"),
  "operator.code_refuse": self("typed a code of the second factor that was refused", "refused a code of"),
  "operator.password": self("set a new password", "set a new password for"),
  "operator.second_factor": ({ what, own, fact }) =>
    html`turned the second factor ${fact("on") === "true" ? "on" : "off"}${own ? "" : html` of ${what}`}`,
};

/** Every action with words of its own. */
export const auditActions: readonly string[] = Object.keys(actions);

/** What a browser without a sign-in of its own does: nobody has a key there. */
const byBrowsers: readonly string[] = ["connection.login", "connection.login_fail"];

/** Who did it: an operator or an API key by its name, a user's browser, or the gateway of its own accord. */
export function auditActor({ key, action }: Pick<ToldRecord, "key" | "action">, names: HistoryNames): Html {
  if (key === null) return html`${byBrowsers.includes(action) ? "A user’s browser" : "The gateway"}`;
  const operator = names.operators.get(key);
  if (operator !== undefined) return html`<strong>${operator}</strong>`;
  const name = names.keys.get(key);
  return name === undefined ? html`<code>${key}</code>` : html`The API key <strong>${name}</strong>`;
}

function object({ kind, id }: ToldRecord, names: HistoryNames, on: ToldOn): Html {
  switch (kind) {
    case "connection":
      return connectionLink(id, names, on);
    case "app":
      return appLink(id, on);
    case "webhook":
      return webhookLink(id, names, on);
    case "key":
      return html`the API key <strong>${names.keys.get(id) ?? id}</strong>`;
    case "operator":
      return html`the operator <strong>${names.operators.get(id) ?? id}</strong>`;
    case "tenant":
      return html`the tenant <strong>${id}</strong>`;
    case "vault":
      return html`the vault’s key <code>${id}</code>`;
    case "audit":
      return html`the audit`;
  }
}

/** Why, in words where the code has some. */
function why(code: string): Html | string {
  if (code === "") return "";
  const words = reasonCodes.includes(code) || failureCodes.some((each) => each === code);
  return words ? ` ${reasonSentence(code)}` : html` (<code>${code}</code>)`;
}

/** Who did what to what, in a sentence; the names are of its page of history. An action that isn't known is told by its code. */
export function auditSentence(record: ToldRecord, names: HistoryNames, on: ToldOn = {}): Html {
  const facts = record.facts === null ? {} : (JSON.parse(record.facts) as AuditFacts);
  const told: Told = {
    what: object(record, names, on),
    fact: (name) => String((Object.hasOwn(facts, name) ? facts[name] : undefined) ?? ""),
    here: record.id === on.here,
    own: record.kind === "operator" && record.id === record.key,
  };
  const words = Object.hasOwn(actions, record.action) ? actions[record.action] : undefined;
  const did = words ? words(told) : html`did <code>${record.action}</code> to ${told.what}`;
  return html`${auditActor(record, names)} ${did}.${why(told.fact("reason"))}`;
}
