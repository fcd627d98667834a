import { html } from "hono/html";
import type { Traits } from "kunji";
import type { Stretch } from "../../../flows/day-window.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import type { Html } from "../layout.js";
import { logInBetween } from "./readiness-list.js";
import { countdown, moment } from "./times.js";
import { whenIn } from "./zones.js";

/** A link that was made just now. Moments are ms since 1970, UTC. */
export interface MadeLink {
  readonly url: string;
  readonly expiresAt: number;
}

/** What can be done with a connection. */
export interface ActionsView {
  readonly connection: Pick<ConnectionSummary, "id" | "app" | "user" | "status" | "endsAt">;
  readonly traits: Pick<Traits, "name" | "country" | "logout">;
  /** Whether it is the operator's own: then they log it in themselves. */
  readonly own: boolean;
  /** ms since 1970, UTC */
  readonly now: number;
  /** When to log in for the next open, where neither its session nor a login now would last to it. */
  readonly window?: Stretch | undefined;
  readonly made?: MadeLink | undefined;
  /** Why the form that ends it was refused. */
  readonly unsure?: string | undefined;
}

const button = (action: string, label: string, plain: boolean): Html =>
  html`<form method="post" action="${action}"><button${plain ? html` class="plain"` : ""}>${label}</button></form>`;

/** What the user does with a link, and until when they can. */
const madeLink = ({ url, expiresAt }: MadeLink, { connection: { user }, now }: ActionsView): Html =>
  html`<div class="made" id="made">
<h3>The link for ${user}</h3>
<p class="once"><code class="secret" id="made-link">${url}</code><button type="button" class="small" data-copy="made-link" hidden>Copy the link</button></p>
<p class="soft">Send it to ${user} alone: whoever opens it logs in for them. It works for ${countdown(expiresAt, now)}, until ${moment(expiresAt)}, or until somebody has logged in by it. It is shown this once.</p>
</div>`;

/** Why a login now is of no use for the next open, and when it is. */
const windowSaid = ({ window, traits: { country }, now }: ActionsView): Html | string =>
  window
    ? html`<p class="soft">A login now would end before the next open. ${logInBetween(window, country, now)}.</p>`
    : "";

function logInAction(view: ActionsView): Html {
  const { connection, traits, own, made } = view;
  const { id, user, status } = connection;
  const lives = status === "active" || status === "unsure";
  if (own)
    return html`<p>${lives ? "Logging in again begins a new session; the old one works until then." : `It is yours: one click leads to ${traits.name} and back.`}</p>
${windowSaid(view)}
${button(`/connections/${id}/log-in`, status === "new" ? "Log in" : "Log in again", lives)}`;
  return html`<p>${lives ? `With a link ${user} can log in again before the session ends.` : `Only ${user} can log in: send them a link.`}</p>
${windowSaid(view)}
${button(`/connections/${id}/link`, made ? "Make another link" : "Make a link to send", lives || made !== undefined)}`;
}

/** What becomes of its session, here and at the broker. */
function erased({
  connection: { status, endsAt },
  traits: { name, country, logout },
  now,
}: ActionsView): string {
  if (status !== "active" && status !== "unsure") return "No call can be made any more";
  if (logout)
    return `Its session is erased and logged out at ${name}, unless another connection shares it, and no call can be made any more`;
  const until = endsAt === null ? "it ends there" : `its end, ${whenIn(country, endsAt, now)}`;
  return `Its session is erased here, and no call can be made any more; ${name} has no logout, so there it lives on until ${until}`;
}

const endAction = (view: ActionsView): Html => {
  const {
    connection: { id },
    unsure,
  } = view;
  return html`<details class="end"${unsure === undefined ? "" : html` open`}><summary>End this connection</summary>
<form method="post" action="/connections/${id}/end">
${unsure === undefined ? "" : html`<p class="said bad" role="alert">${unsure}</p>`}
<p>${erased(view)}. It stays ended: to go on, the account is connected anew.</p>
<p class="agree"><input type="checkbox" id="sure" name="sure" value="yes" required><label for="sure">Yes, end it for good</label></p>
<button class="small">End the connection</button>
</form></details>`;
};

/** The section of a connection's page that does something with it. */
export function connectionActions(view: ActionsView): Html {
  const { connection, traits, own, made } = view;
  if (connection.status === "closed")
    return html`<section aria-labelledby="actions-head" id="actions" data-live>
<h2 id="actions-head">What you can do</h2>
${
  own
    ? html`<p>It is ended for good. You can connect the account anew.</p>
<form class="inline" method="post" action="/connections/connect"><input type="hidden" name="app" value="${connection.app}"><button>Connect at ${traits.name}</button></form>`
    : html`<p>Nothing: it is ended for good. ${connection.user}’s app can make a new one.</p>`
}
</section>`;
  return html`<section aria-labelledby="actions-head" class="actions">
<h2 id="actions-head">What you can do</h2>
<div id="actions" data-live>
${logInAction(view)}
</div>
${made ? madeLink(made, view) : ""}
${endAction(view)}
</section>`;
}
