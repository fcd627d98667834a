import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { currentCode } from "../credentials.js";
import type { Env } from "../http/env.js";
import { indiaTime } from "../moment.js";
import { presetAppId } from "../presets.js";
import { type Html, showPage } from "./layout.js";

/** The login URL of the CLI's app, where its keys alone make one. */
function loginLink({ store, world }: Core, { id, login }: SandboxBroker): string | undefined {
  const app = store.apps.byId(presetAppId(id, "cli"));
  if (login === null || app === undefined) return undefined;
  const query = new URLSearchParams();
  for (const name of login.params) {
    const value = app.keys[name];
    if (value !== undefined) query.append(name, value);
  }
  return "refuse" in login.app(query, world) ? undefined : `/${id}${login.path}?${query}`;
}

function brokerCard(core: Core, broker: SandboxBroker): Html {
  const link = loginLink(core, broker);
  const noPage = broker.login === null ? "no login page" : "its login URL needs a vendor's session";
  return html`<section class="card of-${broker.id}">
<div class="head"><h2><span class="dot"></span>${broker.name}</h2>
<p>${link ? html`<a href="${link}">Log in</a>` : html`<span class="quiet">${noPage}</span>`} · <a href="/${broker.id}/portal">Portal</a></p></div>
<div class="scroll"><table>
<thead><tr><th scope="col">User</th><th scope="col">Password</th><th scope="col">Code now</th><th scope="col">What it does</th></tr></thead>
<tbody>${broker.presets.users.map(
    ({ username, password, totpSecret, about }) => html`<tr>
<td class="code">${username}</td><td class="code">${password}</td><td class="code">${currentCode(totpSecret, core.wall())}</td><td>${about}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}

/** `GET /_sandbox/`: what there is, at a glance. */
export function homePage(app: Hono<Env>, core: Core): void {
  const show = (c: Context<Env>): Promise<Response> => {
    const { now, mode } = core.clock.read();
    const set = core.store.faults.list();
    const body = html`<h1>What is here</h1>
<p class="quiet">Five brokers' logins to build and test against. Programs steer the sandbox under <code>/_sandbox</code>:
<a href="/_sandbox/presets">presets</a>, <a href="/_sandbox/clock">clock</a>, <a href="/_sandbox/faults">faults</a>, <a href="/_sandbox/ledger">ledger</a>.</p>
<section class="card"><dl>
<dt>India's clock</dt><dd class="code">${indiaTime(now)}</dd>
<dt>The clock</dt><dd>${{ follow: "follows the clock on the wall", offset: "was moved, and ticks", frozen: "stands still" }[mode]}</dd>
<dt>Faults set</dt><dd>${set.length === 0 ? "none" : set.map(({ broker, fault, times }) => `${broker}: ${fault} (${times})`).join(", ")}</dd>
</dl></section>
${core.brokers.map((broker) => brokerCard(core, broker))}`;
    return showPage(c, { title: "Kunji sandbox", body });
  };
  app.get("/_sandbox", show);
}
