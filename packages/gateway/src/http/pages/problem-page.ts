import { html } from "hono/html";
import type { AppLook } from "./app-look.js";
import { backLink } from "./connect-page.js";
import { failureOf } from "./failures.js";
import type { Html, Page } from "./layout.js";

/** Where somebody may go from a failure. */
export interface WaysOn {
  /** The app that the browser came from, and its address. */
  readonly back?: { readonly look: AppLook; readonly url: string } | undefined;
  /** A page of the gateway's to try again from. */
  readonly again?: string | undefined;
  /** The broker's name. */
  readonly broker?: string | undefined;
}

/** A failure, in words for the person before the browser. */
export function problemPage({ code }: { readonly code: string }, requestId: string, on: WaysOn = {}): Page {
  const { heading, next, again } = failureOf(code, on.broker);
  return {
    title: heading,
    look: on.back?.look,
    body: html`<section>
<h1>${heading}</h1>
<p class="said bad" role="alert">${next}</p>
${again && on.again ? html`<p><a class="button" href="${on.again}">Try again</a></p>` : ""}
<p class="soft">Error <code>${code}</code>, request <code>${requestId}</code></p>
</section>
${on.back ? backLink(on.back.url, on.back.look.name) : ""}`,
  };
}

const typed: Readonly<Record<string, string>> = {
  credentials_refused: "{broker} does not accept this user name or password: type them again.",
  second_factor_refused: "{broker} does not accept this code: type the newest one.",
  input_invalid: "The user name, password or code holds a character that can't be sent: type them again.",
  rate_limited: "{broker} asks for a pause: wait a minute, then log in again.",
  timed_out: "{broker} did not answer: wait a minute, then log in again.",
};

/** Why the form is there again, by the SDK's code, and what to do. */
export function againSentence(broker: string, code: string): string {
  const sentence = Object.hasOwn(typed, code) ? typed[code] : undefined;
  if (sentence !== undefined) return sentence.replaceAll("{broker}", broker);
  const { heading, next } = failureOf(code, broker);
  return `${heading}. ${next}`;
}

/** A step that takes its time: the page is there at once, and goes on by itself. What follows it takes its place. */
export const progressView = (broker: string): Html => html`<section class="progress" role="status">
<div class="bar"><span></span></div>
<h1 class="big">One moment</h1>
<p>We are finishing the login with ${broker}. Leave this page open: it goes on by itself.</p>
</section>`;

/** Sends the browser on from a page that was begun already, without a script. */
export const goOnView = (url: string): Html => html`<section>
<meta http-equiv="refresh" content="0;url=${url}">
<h1>Taking you on</h1>
<p><a class="button" href="${url}">Go on</a></p>
</section>`;
