import type { Context } from "hono";
import { html } from "hono/html";
import type { Core } from "../../core.js";
import type { Env } from "../../http/env.js";
import { clockText } from "../../panel/zoned-time.js";
import { type Html, showPage } from "../layout.js";
import { panelMark } from "./panel-state.js";

/** Where the panel's pages are; the first is the overview. */
export const panelPaths = {
  overview: "/_sandbox/",
  clock: "/_sandbox/panel/clock",
  sessions: "/_sandbox/panel/sessions",
  faults: "/_sandbox/panel/faults",
  users: "/_sandbox/panel/users",
  ledger: "/_sandbox/panel/ledger",
  reset: "/_sandbox/panel/reset",
  state: "/_sandbox/panel/state",
  script: "/_sandbox/panel.js",
} as const;

const sections = ["overview", "sessions", "faults", "users", "ledger"] as const;
export type Section = (typeof sections)[number];

const labels: Readonly<Record<Section, string>> = {
  overview: "Overview",
  sessions: "Sessions",
  faults: "Faults",
  users: "Users",
  ledger: "Ledger",
};

/** What a form that went through says, by the code in the next page's address: no text of the address is shown. */
const notices: Readonly<Record<string, string>> = {
  clock: "The clock is set.",
  "fault-set": "The fault is set and waits for its call.",
  "fault-cleared": "The fault is cleared.",
  "faults-cleared": "All faults are cleared.",
  "session-ended": "The session is ended, as a login elsewhere would end it.",
  "sessions-ended": "The sessions are ended, as logins elsewhere would end them.",
  gone: "That was over already: nothing has changed.",
  reset: "Everything is back to the presets, and the clock follows the clock on the wall.",
};

export const noticeView = (kind: "good" | "bad", sentence: string): Html =>
  html`<p class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}">${sentence}</p>`;

function navigation(section: Section, now: number): Html {
  const clock = (place: string, zone: "Asia/Kolkata" | "America/New_York"): Html =>
    html`<span>${place} <time data-clock="${zone}">${clockText(zone, now)}</time></span>`;
  return html`<div class="under wide"><nav aria-label="Control panel"><ul>${sections.map(
    (each) =>
      html`<li><a href="${panelPaths[each]}"${each === section ? html` aria-current="page"` : ""}>${labels[each]}</a></li>`,
  )}</ul></nav>${section === "overview" ? "" : html`<p class="clocks">${clock("India", "Asia/Kolkata")} ${clock("New York", "America/New_York")}</p>`}</div>`;
}

interface PanelPage {
  readonly section: Section;
  readonly title: string;
  readonly body: Html;
  /** A sentence about what was sent and can't be done. */
  readonly refused?: string | undefined;
}

/** Answers with a page of the control panel. */
export function showPanel(
  c: Context<Env>,
  core: Core,
  { section, title, body, refused }: PanelPage,
  status: 200 | 400 | 404 = 200,
): Promise<Response> {
  const { now, mode } = core.clock.read();
  const done = c.req.query("done");
  const notice = done !== undefined && Object.hasOwn(notices, done) ? notices[done] : undefined;
  return showPage(
    c,
    {
      title: `${title} · Kunji sandbox`,
      part: "Control panel",
      navigation: navigation(section, now),
      script: panelPaths.script,
      formsStay: true,
      body: html`<div hidden data-panel data-now="${now}" data-mode="${mode}" data-mark="${panelMark(core)}"></div>
<h1>${title}</h1>
${refused ? noticeView("bad", refused) : notice ? noticeView("good", notice) : ""}
${body}`,
    },
    status,
  );
}
