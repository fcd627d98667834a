import { html } from "hono/html";
import type { Traits } from "kunji";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { type AppFormParts, displayFields, keyFields, placeFields } from "./app-fields.js";
import { formField, refusedNotice } from "./form-field.js";
import type { DashboardPage } from "./frame.js";
import { atSandbox, registrations } from "./registration.js";

const countries = { IN: "India", US: "United States" } as const;

/** The way back to the list. */
export const backToApps = html`<p class="crumbs"><a href="/apps">Apps</a></p>`;

const brokerCard = ({ id, name, country, login }: Traits): Html =>
  html`<li>${brokerMark(id)}<div><a class="name" href="/apps/new?broker=${id}">${name}</a>
<p class="soft">${countries[country]} · ${login === "redirect" ? "users log in on its own page" : "users log in with name and password"}</p></div></li>`;

/** Which broker an app is to be at. */
export const chooseBrokerPage = (brokers: readonly Traits[]): DashboardPage => ({
  title: "Add an app",
  section: "apps",
  body: html`${backToApps}<header class="head"><h1>Add an app</h1></header>
<section aria-labelledby="choose-head">
<h2 id="choose-head">At which broker?</h2>
<p class="soft">You need the keys that the broker gives to apps. Its card leads to the form that asks for them.</p>
<ul class="broker-cards">${brokers.map(brokerCard)}</ul>
</section>`,
});

/** The form of a new app. */
export const newAppPage = (parts: AppFormParts): DashboardPage => {
  const { broker, values, refused, sandboxPortal } = parts;
  return {
    title: `Add an app at ${broker.name}`,
    section: "apps",
    notice: refused && refusedNotice(refused),
    body: html`<p class="crumbs"><a href="/apps/new">Another broker</a></p>
<header class="head"><h1 class="with-mark">${brokerMark(broker.id)}<span>Add an app at ${broker.name}</span></h1></header>
<form class="filled" method="post" action="/apps/new">
<input type="hidden" name="broker" value="${broker.id}">
<section aria-labelledby="keys-head">
<h2 id="keys-head">Keys</h2>
<p class="soft"><strong>Where to get them:</strong> ${sandboxPortal ? atSandbox(sandboxPortal, broker) : registrations[broker.id].where} What you write here is encrypted, and never shown again.</p>
${keyFields(parts)}
</section>
<section aria-labelledby="place-head">
<h2 id="place-head">Where it goes</h2>
${formField({ name: "id", label: "Id", value: values.id, required: true, hint: "Your own name for it, as your programs call it: letters, digits, dots, underscores and hyphens. It stays.", more: html` maxlength="64"` }, refused)}
${placeFields(parts)}
</section>
<section aria-labelledby="look-head">
<h2 id="look-head">How users see it</h2>
${displayFields(parts)}
</section>
<button>Add the app</button>
</form>
${broker.login === "redirect" ? html`<p class="soft">Next you get the callback URL to register at ${broker.name}.</p>` : ""}`,
  };
};
