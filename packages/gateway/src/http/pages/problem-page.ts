import { html } from "hono/html";
import type { Problem, ProblemCode } from "../../domain/problem.js";
import type { Page } from "./layout.js";

const tryAgain = "Wait a few minutes, then open the app's link again.";
const askMakers = "Tell the makers of the app that sent you here: only they can mend it.";

/** What a person is told: a heading, and what to do next. */
const told: Partial<Record<ProblemCode, readonly [heading: string, next: string]>> = {
  link_invalid: ["This link no longer works", "Go back to the app and ask for a new one."],
  connection_closed: ["This connection is closed", "Go back to the app and make a new one."],
  login_unknown: [
    "This browser has no such login open",
    "Go back to the app and begin again, in this same browser.",
  ],
  return_url_unregistered: ["The app can't take you back", askMakers],
  app_unusable: ["The app's registration can't be used", askMakers],
  broker_refused: ["The broker refused the login", "Go back to the app and begin again."],
  broker_unavailable: ["The broker can't be reached", tryAgain],
  broker_timed_out: ["The broker does not answer", tryAgain],
  login_superseded: ["A later login has taken this one's place", "Go on there, or begin again from the app."],
  origin_refused: [
    "This form came from another site",
    "Open the app's link again and use the button on its page.",
  ],
  request_invalid: ["The form can't be read", "Go back, fill in each field, and send it again."],
  body_too_large: ["The form is too large", "Go back, shorten what you typed, and send it again."],
  rate_limited: ["Too many tries", "Wait a minute, then open the app's link again."],
  not_found: ["There is nothing here", "Go back to the app and begin again."],
  busy: ["Somebody is at work on this connection", tryAgain],
  unavailable: ["We can't go on just now", tryAgain],
};

const unforeseen = ["Something went wrong here", tryAgain] as const;

/** A failure, in words for the person before the browser. */
export function problemPage({ code }: Pick<Problem, "code">, requestId: string): Page {
  const [heading, next] = told[code] ?? unforeseen;
  return {
    title: heading,
    body: html`<section>
<h1>${heading}</h1>
<p class="said bad" role="alert">${next}</p>
<p class="soft">Error <code>${code}</code>, request <code>${requestId}</code></p>
</section>`,
  };
}

const again: Readonly<Record<string, (broker: string) => string>> = {
  credentials_refused: (broker) => `${broker} does not accept this user name or password: type them again.`,
  second_factor_refused: (broker) => `${broker} does not accept this code: type the newest one.`,
  input_invalid: () =>
    "The user name, password or code holds a character that can't be sent: type them again.",
  rate_limited: (broker) => `${broker} asks for a pause: wait a minute, then log in again.`,
  timed_out: (broker) => `${broker} did not answer: wait a minute, then log in again.`,
};

/** Why the form is there again, by the SDK's code, and what to do. */
export const againSentence = (broker: string, code: string): string =>
  (Object.hasOwn(again, code) ? again[code]?.(broker) : undefined) ??
  `The login at ${broker} did not work: try again, and if it fails once more, begin again from the app.`;
