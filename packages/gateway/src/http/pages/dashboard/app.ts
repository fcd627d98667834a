import { html } from "hono/html";
import type { Finding } from "../../../flows/app-findings.js";
import type { App } from "../../../ports/apps.js";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { checkResults } from "./app-check.js";
import { type AppFormParts, displayFields, keyFields, placeFields } from "./app-fields.js";
import { backToApps } from "./app-new.js";
import { appPreview, type PreviewView } from "./app-preview.js";
import { appPath, environmentChip } from "./apps.js";
import { tickField } from "./form-field.js";
import type { DashboardPage, Notice } from "./frame.js";
import { logoForm } from "./logo-form.js";
import { marketMoment, marketZones } from "./market-moment.js";
import { atSandbox, registrations } from "./registration.js";
import { countdown, moment } from "./times.js";

/** The forms of an app's page. */
export const appForms = ["keys", "place", "look", "logo"] as const;
export type AppForm = (typeof appForms)[number];

/** The session of the app itself, at a broker that has such. */
export interface VendorView {
  /** ms since 1970, UTC; `null` where none lives */
  readonly endsAt: number | null;
  readonly loggedOutAt: number | null;
}

export interface AppView {
  readonly app: Pick<App, "id" | "environment" | "displayName" | "createdAt" | "updatedAt" | "logoType">;
  readonly callbackUrl: string | undefined;
  /** Each form with what it holds: what is on file, or what was typed and refused. */
  readonly forms: Readonly<Record<AppForm, AppFormParts>>;
  /** The names of the keys that are on file; `undefined` where they can't be opened. */
  readonly keysOnFile: readonly string[] | undefined;
  /** How many would have to log in again were the app moved: asked for where the move was refused for want of a tick. */
  readonly leaving: number | undefined;
  readonly preview: PreviewView;
  readonly vendor: VendorView | undefined;
  /** What a check has found just now. */
  readonly findings: readonly Finding[] | undefined;
  readonly now: number;
  readonly notice?: Notice | undefined;
}

const section = (id: string, title: string, body: Html): Html =>
  html`<section aria-labelledby="${id}-head" id="${id}"><h2 id="${id}-head">${title}</h2>
${body}</section>`;

const form = (view: AppView, what: AppForm, fields: Html, button: Html): Html =>
  html`<form class="filled" method="post" action="${appPath(view.app.id)}/${what}">
${fields}
<p class="row">${button}</p></form>`;

function callbackSection({ app, callbackUrl, forms }: AppView): Html {
  const { broker, sandboxPortal } = forms.keys;
  const { id, name } = broker;
  const { address } = registrations[id];
  const there = app.environment === "sandbox" && sandboxPortal;
  const where = there ? atSandbox(there, broker) : registrations[id].where;
  if (callbackUrl === undefined)
    return section(
      "register",
      `At ${name}`,
      html`<p>${name} sends no browser back, so there is no callback URL. ${where}</p>`,
    );
  return section(
    "register",
    `Register at ${name}`,
    html`<p>Browsers come back from ${name} to this callback URL. Register it there, to the letter.</p>
<p class="once"><code class="secret" id="callback">${callbackUrl}</code><button type="button" class="plain small" data-copy="callback" hidden>Copy</button></p>
<p class="soft">${where}${address ? ` ${address}` : ""}</p>`,
  );
}

const checkSection = ({ app, findings, forms }: AppView): Html =>
  section(
    "check",
    "Check",
    html`${findings ? checkResults(findings, forms.keys.broker) : html`<p class="soft">Looks at the keys, the addresses, the way to ${forms.keys.broker.name} and the last logins, and says what is wrong. Nobody is logged in by it.</p>`}
<form class="inline" method="post" action="${appPath(app.id)}/check#check"><button${findings ? html` class="plain"` : ""}>${findings ? "Check again" : "Check this app"}</button></form>`,
  );

const keysSection = (view: AppView): Html =>
  section(
    "keys",
    "Keys",
    html`<p class="soft">${view.keysOnFile ? "Encrypted, and never shown. What you write takes the place of what is on file." : "What is on file can’t be opened any more: write all of them again."}</p>
${form(view, "keys", keyFields(view.forms.keys, view.keysOnFile), html`<button>Save the keys</button>`)}`,
  );

const leaveTick = ({ leaving }: AppView): Html | string =>
  leaving === undefined
    ? ""
    : html`<ul class="ticks">${tickField("leave", { value: "yes", label: `End the sessions of this environment: ${leaving === 1 ? "one user has" : `${leaving} users have`} to log in again.`, on: false })}</ul>`;

const placeSection = (view: AppView): Html =>
  section(
    "place",
    "Where it goes",
    form(
      view,
      "place",
      html`${placeFields(view.forms.place)}${leaveTick(view)}`,
      html`<button>Save</button>`,
    ),
  );

const lookSection = (view: AppView): Html => {
  const { app } = view;
  const logo = app.logoType
    ? html`<ul class="ticks">${tickField("logo", { value: "none", label: "Take the logo away", on: false })}</ul>`
    : "";
  const fields = html`${appPreview(view.preview)}${displayFields(view.forms.look)}${logo}`;
  return section(
    "look",
    "How users see it",
    html`${form(
      view,
      "look",
      fields,
      html`<button>Save</button><button class="plain" name="preview" value="yes">Preview</button>`,
    )}
${logoForm(app, view.forms.logo)}`,
  );
};

function vendorSection({ app, vendor, forms, now }: AppView): Html | string {
  if (!vendor) return "";
  const { name, country } = forms.keys.broker;
  const when = (at: number) => marketMoment(at, marketZones[country]);
  const { endsAt, loggedOutAt } = vendor;
  const state =
    loggedOutAt !== null
      ? html`Logged out on purpose ${when(loggedOutAt)}. The next login makes another one.`
      : endsAt !== null && endsAt > now
        ? html`Lives for another ${countdown(endsAt, now)}, until ${when(endsAt)}. It is renewed by itself.`
        : html`None lives. The next login makes one.`;
  const lives = loggedOutAt === null && endsAt !== null;
  const { id } = app;
  return html`<section aria-labelledby="vendor-head" id="vendor" data-live><h2 id="vendor-head">Vendor session</h2>
<p class="soft">All users of this app at ${name} share it.</p><p>${state}</p>
${lives ? html`<details class="end"><summary>Log it out</summary><form method="post" action="${appPath(id)}/log-out-vendor"><p>${name} ends the session of every user of this app: all of them have to log in again.</p><button>Log out, and end every session</button></form></details>` : ""}</section>`;
}

/** All of an app: what to register, what is wrong, its keys, where it goes and how it looks. */
export const appPage = (view: AppView): DashboardPage => {
  const { app, forms } = view;
  const { broker } = forms.keys;
  return {
    title: app.displayName ?? app.id,
    section: "apps",
    notice: view.notice,
    body: html`${backToApps}
<header class="head"><h1 class="with-mark">${brokerMark(broker.id)}<span>${app.displayName ?? app.id}${environmentChip(app.environment)}</span></h1></header>
<p class="soft under-head">${broker.name} · <code>${app.id}</code> · added ${moment(app.createdAt)}, changed ${moment(app.updatedAt)} · <a href="/connections?${new URLSearchParams({ app: app.id })}">its connections</a></p>
<div class="app-page">
<div>${callbackSection(view)}
${checkSection(view)}
${vendorSection(view)}</div>
<div>${keysSection(view)}
${placeSection(view)}
${lookSection(view)}</div>
</div>`,
  };
};
