import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import { meaningOf } from "../../panel/meaning.js";
import { clockText, dayText } from "../../panel/zoned-time.js";
import type { LedgerEntry } from "../../store/ledger-rows.js";
import type { Html } from "../layout.js";
import { mark } from "../mark.js";
import { panelPaths } from "./panel-page.js";

/** Longer texts are cut in the list. */
const longestPath = 72;
const longestWord = 40;

/** A fingerprint shown as a mask with its last four digits: enough to tell one secret from another. */
export const masked = (text: string): string => text.replace(/sha256:[0-9a-f]{12}([0-9a-f]{4})/g, "••••$1");

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;

export const shortPath = (path: string): string => cut(masked(path), longestPath);

/** The first shown words of an answer, such as `stat Not_Ok`: many brokers refuse with status 200. */
function gist(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return "";
  const words = Object.entries(answer).filter(
    ([name, value]) =>
      (typeof value === "string" || typeof value === "boolean") &&
      !`${name}${value}`.includes("sha256:") &&
      value !== "",
  );
  return words
    .slice(0, 2)
    .map(([name, value]) => `${cut(name, longestWord)} ${cut(String(value), longestWord)}`)
    .join(" · ");
}

/** What a status says by its first digit, for the colour; the number says it besides. */
export const statusKind = (status: number): "good" | "note" | "bad" =>
  status < 300 ? "good" : status < 400 ? "note" : "bad";

function row(brokers: readonly SandboxBroker[], entry: LedgerEntry): Html {
  const { id, at, method, path, status, answer, fault } = entry;
  const broker = brokers.find((each) => each.id === entry.broker);
  const { from, does } = meaningOf(brokers, entry);
  return html`<li><a href="${panelPaths.ledger}/${id}">
<span class="when"><time>${clockText("Asia/Kolkata", at)}</time> <small>${dayText("Asia/Kolkata", at)}</small></span>
<span class="end">${from}</span>
<span class="lane"><span class="to"><b>${does}</b> <code>${method} ${shortPath(path)}</code></span>
<span class="back"><small>${gist(answer)}</small> <span class="tag ${statusKind(status)}">${status}</span>${fault ? html` <span class="tag bad">fault: ${fault}</span>` : ""}</span></span>
<span class="end who">${mark(broker)} <span>${broker?.name ?? "Trap"}</span></span>
</a></li>`;
}

/** Calls and answers as a sequence, the newest first: who called on the left, the broker on the right. */
export const sequenceView = (brokers: readonly SandboxBroker[], entries: readonly LedgerEntry[]): Html =>
  entries.length === 0
    ? html`<p class="empty">No calls yet. What an app or a browser sends to a broker appears here.</p>`
    : html`<ol class="sequence">${entries.map((entry) => row(brokers, entry))}</ol>`;
