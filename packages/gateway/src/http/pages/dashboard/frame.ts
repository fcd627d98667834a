import { html } from "hono/html";
import type { Html } from "../layout.js";
import { stylePath } from "../style.js";

/** Where the dashboard's script is. */
export const scriptPath = "/dashboard.js";

/** The parts of the dashboard, in the order of its navigation. */
export const sections = {
  overview: ["/", "Overview"],
  connections: ["/connections", "Connections"],
  readiness: ["/readiness", "Readiness"],
  apps: ["/apps", "Apps"],
  webhooks: ["/webhooks", "Webhooks"],
  activity: ["/activity", "Activity"],
  settings: ["/settings", "Settings"],
} as const satisfies Readonly<Record<string, readonly [path: string, name: string]>>;

export type Section = keyof typeof sections;

/** What a form has brought about, said above the page it leads to. */
export interface Notice {
  readonly tone: "good" | "bad";
  readonly text: Html | string;
}

/**
 * A page of the dashboard. Its body begins with the page's one `<h1>`, best within `<header class="head">`.
 * An element with `data-live` and an `id` of its own is brought up to date where it stands when something of the tenant's
 * has changed, and each three seconds while something in it has `data-waits`; `countdown` (times.ts) makes times that count by themselves; a `<button type="button" data-copy="<id>" hidden>`
 * copies the text of the element with that id.
 */
export interface DashboardPage {
  readonly title: string;
  /** `null` for a page of none. */
  readonly section: Section | null;
  readonly body: Html;
  readonly notice?: Notice | undefined;
}

/** What the frame shows besides the page. */
export interface FrameView {
  /** The operator's name. */
  readonly operator: string;
  /** The gateway's clock, which times are counted down by; ms since 1970, UTC. */
  readonly now: number;
  /** Where the sandbox is steered, in the demo. */
  readonly sandboxPanel?: string | undefined;
}

/** An answer to a form is told to those who can't see it, a failure at once. */
export const noticeOf = ({ tone, text }: Notice): Html =>
  html`<p class="said ${tone}" role="${tone === "good" ? "status" : "alert"}">${text}</p>`;

const link = (section: Section, current: Section | null): Html => {
  const [path, name] = sections[section];
  return html`<li><a href="${path}"${section === current ? html` aria-current="page"` : ""}>${name}</a></li>`;
};

/** The sign of the gateway: a key. */
export const mark = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><rect class="mark-ground" width="24" height="24" rx="6"/><g class="mark-key"><circle cx="9" cy="9.5" r="3.5"/><path d="M11.5 12l6 6M15 15.500l-2 2"/></g></svg>`;

/** A whole page of the dashboard. */
export const dashboardPage = (
  { title, section, body, notice }: DashboardPage,
  { operator, now, sandboxPanel }: FrameView,
): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Kunji</title>
<link rel="stylesheet" href="${stylePath}">
<script src="${scriptPath}" defer></script>
</head>
<body class="dashboard" data-now="${new Date(now).toISOString()}">
<a class="skip" href="#page">Skip to the page</a>
${sandboxPanel ? html`<aside class="strip" aria-label="Demo"><p><strong>Demo with the sandbox.</strong> No broker and no money is real. <a href="${sandboxPanel}">Move the clock, cause faults: the sandbox’s control panel</a></p></aside>` : ""}
<header class="top">
<a class="brand" href="/">${mark}<span>Kunji</span></a>
<nav aria-label="Dashboard"><ul>${(Object.keys(sections) as Section[]).map((each) => link(each, section))}</ul></nav>
<form class="who" method="post" action="/sign-out"><span class="soft"><span class="more">Signed in as </span><strong>${operator}</strong></span><button class="plain small">Sign out</button></form>
</header>
<main id="page" tabindex="-1">
<p id="signed-out" class="said bad" role="alert" hidden>You are signed out. <a href="/sign-in" target="_blank" rel="noopener">Sign in again in a new tab</a>, then go on here: what you typed stays.</p>
<p id="stands-still" class="said bad" role="status" hidden>Not connected to the gateway: this page stands still since <time></time>.</p>
${notice ? noticeOf(notice) : ""}
${body}
</main>
</body>
</html>
`;
