import { html } from "hono/html";
import type { Html } from "../layout.js";

/** A connection that somebody must log in. */
export interface ToLogIn {
  readonly id: string;
  readonly user: string;
  /** The operator's own account: they log in themselves. */
  readonly own: boolean;
  /** Whether they are out already, and it can't wait. */
  readonly urgent: boolean;
  /** Where its user logs in. */
  readonly url: string;
}

/**
 * What gets a connection logged in: one click where it is the operator's own, else the link to send. The page is sent with
 * the `formLeadsTo` of the connect buttons.
 */
export const logInOrSend = ({ id, user, own, urgent, url }: ToLogIn): Html =>
  own
    ? html`<form class="send" method="post" action="/connections/${encodeURIComponent(id)}/log-in"><button class="small${urgent ? "" : " plain"}">Log in again<span class="aside">: ${user}</span></button></form>`
    : html`<div class="send"><code class="secret" id="link-${id}">${url}</code><button type="button" class="plain small" data-copy="link-${id}" hidden>Copy link<span class="aside"> for ${user}</span></button></div>`;
