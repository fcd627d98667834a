import { html } from "hono/html";
import { longestOperatorName } from "../../../domain/operator-name.js";
import type { Operator } from "../../../ports/operators.js";
import type { Html } from "../layout.js";
import type { DashboardPage, Notice } from "./frame.js";
import { settingsHead } from "./settings.js";
import { moment } from "./times.js";

/** What the page of a tenant's operators shows. */
export interface OperatorsView {
  /** The id of the operator who looks. */
  readonly self: string;
  readonly tenant: string;
  /** The tenants whose operators may be looked after; one alone is not shown. */
  readonly tenants: readonly string[];
  readonly operators: readonly Pick<
    Operator,
    "id" | "name" | "createdAt" | "sealedTotp" | "passwordIsOneTime"
  >[];
  readonly notice?: Notice | undefined;
}

const tenantField = (tenant: string): Html => html`<input type="hidden" name="tenant" value="${tenant}">`;

const tenantChoice = ({ tenant, tenants }: OperatorsView): Html | string =>
  tenants.length < 2
    ? ""
    : html`<form class="choice" method="get" action="/settings/operators">
<label for="tenant">Operators of</label>
<select id="tenant" name="tenant">${tenants.map((each) => html`<option${each === tenant ? html` selected` : ""}>${each}</option>`)}</select>
<button class="plain">Show</button>
</form>`;

const row = (
  { id, name, createdAt, sealedTotp, passwordIsOneTime }: OperatorsView["operators"][number],
  { self, tenant }: OperatorsView,
): Html => html`<li><div><strong>${name}</strong>${id === self ? html` <span class="badge good">You</span>` : ""}
<p class="soft">${sealedTotp ? "With a second factor" : "Password alone"}${passwordIsOneTime ? ", has yet to choose a password" : ""}. Added ${moment(createdAt)}</p></div>
${
  id === self
    ? ""
    : html`<details class="end"><summary>End<span class="aside"> ${name}</span></summary>
<form method="post" action="/settings/operators/${id}/end">${tenantField(tenant)}<p>${name} is signed out everywhere and can’t sign in any more.</p><button class="small">End ${name}</button></form></details>`
}</li>`;

/** Who may sign in for a tenant. */
export const operatorsPage = (view: OperatorsView): DashboardPage => ({
  title: "Operators",
  section: "settings",
  notice: view.notice,
  body: html`${settingsHead("/settings/operators")}
${tenantChoice(view)}
<section aria-labelledby="operators-head" id="operators" data-live>
<h2 id="operators-head">Operators</h2>
${
  view.operators.length === 0
    ? html`<p class="soft">Nobody signs in for this tenant yet.</p>`
    : html`<ul class="rows">${view.operators.map((each) => row(each, view))}</ul>`
}
</section>
<section aria-labelledby="add-head">
<h2 id="add-head">Add an operator</h2>
<p class="soft">An operator may do everything within the tenant. They get a password for one time and choose their own when they first sign in.</p>
<form class="narrow" method="post" action="/settings/operators">
${tenantField(view.tenant)}
<label for="name">Name</label>
<input id="name" name="name" type="text" required maxlength="${longestOperatorName}" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="name-rule">
<p class="soft" id="name-rule">Letters, digits and . _ - + @. No two operators have the same.</p>
<button>Add</button>
</form>
</section>`,
});

/** A text that is shown this once, with a button to copy it. */
export const shownOnce = (label: string, text: string): Html =>
  html`<p class="once"><span class="soft">${label}</span><code class="secret" id="once">${text}</code><button type="button" class="plain small" data-copy="once" hidden>Copy</button></p>`;

/** The password of an operator who was added. */
export const operatorAddedPage = (name: string, password: string, back: string): DashboardPage => ({
  title: "Operator added",
  section: "settings",
  body: html`${settingsHead("/settings/operators")}
<section>
<h2>${name} is added</h2>
<p class="said good" role="status">Give ${name} this password. It is shown this once, and works until they have chosen their own.</p>
${shownOnce("One-time password", password)}
<p><a href="${back}">Back to the operators</a></p>
</section>`,
});
