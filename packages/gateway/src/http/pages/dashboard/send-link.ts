import { html } from "hono/html";
import type { Html } from "../layout.js";

/** A connection that somebody must log in. */
export interface ToLogIn {
  readonly id: string;
  readonly user: string;
  /** The operator's own account: they log in themselves. */
  readonly own: boolean;
  /** Whether they have never logged in. */
  readonly first: boolean;
  /** Whether they are out already, and it can't wait. */
  readonly urgent: boolean;
  /** Where its user logs in. */
  readonly url: string;
  /** What tells it from all others on the page; short, since there are many. */
  readonly key: string;
}

/**
 * What gets a connection logged in: one click where it is the operator's own, else the link to send. The page is sent with
 * the `formLeadsTo` of the connect buttons.
 */
export const logInOrSend = ({ id, user, own, first, urgent, url, key }: ToLogIn): Html =>
  own
    ? html`<form class="send" method="post" action="/connections/${encodeURIComponent(id)}/log-in"><button class="small${urgent ? "" : " plain"}">${first ? "Log in" : "Log in again"}<span class="aside">: ${user}</span></button></form>`
    : html`<div class="send"><code id="link-${key}">${url}</code><button type="button" class="plain" data-copy="link-${key}" hidden>Copy link<span class="aside"> for ${user}</span></button></div>`;
