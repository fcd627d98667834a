import { html } from "hono/html";
import type { Html } from "../layout.js";

/** What was typed into the form, or what it begins with. */
export interface TypedCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A call that a broker is known to take. */
export interface OfferedCall {
  readonly path: string;
  /** What it does, and by which method. */
  readonly label: string;
}

/** What came of a call. */
export interface CallAnswer {
  readonly status: number;
  readonly from: "broker" | "gateway";
  readonly tookMs: number;
  readonly contentType: string | undefined;
  /** As much of the body as is shown. */
  readonly text: string;
  /** How many bytes the whole body has, where more than is shown. */
  readonly cutFrom: number | undefined;
}

export type CallOutcome =
  | { readonly kind: "answered"; readonly sent: string; readonly answer: CallAnswer }
  /** Nothing was sent, or its answer was not passed on: why, and what to do. */
  | {
      readonly kind: "refused";
      readonly sentence: string;
      readonly code: string;
      /** Whether the tick is what is missing. */
      readonly wantsTick?: boolean;
    };

/** What the box to try a call shows. */
export interface TryCallView {
  /** The connection's id. */
  readonly connection: string;
  /** The broker's name. */
  readonly broker: string;
  /** Whether there is a session to call with. */
  readonly callable: boolean;
  readonly typed: TypedCall;
  readonly offered: readonly OfferedCall[];
  /** Tells this form from any other, so that an order in it goes out once however often it is sent. */
  readonly once: string;
  readonly outcome?: CallOutcome | undefined;
}

/** The methods that brokers are called by. */
export const callMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

const option = (value: string, chosen: string): Html =>
  html`<option${value === chosen ? html` selected` : ""}>${value}</option>`;

/** The name of an HTTP status, where people know one. */
const statusWords: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No content",
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  429: "Too many requests",
  500: "Server error",
};

function answerView(
  { status, from, tookMs, contentType, text, cutFrom }: CallAnswer,
  sent: string,
  broker: string,
): Html {
  const word = statusWords[status];
  return html`<p class="said ${status < 400 ? "good" : "bad"}" role="status"><strong>${status}${word ? ` ${word}` : ""}</strong>, answered by ${from === "broker" ? broker : "the gateway"} in ${tookMs} ms</p>
<p class="soft"><code>${sent}</code>${contentType === undefined ? "" : html` · <code>${contentType}</code>`}</p>
${text === "" ? html`<p class="soft">The answer has no body.</p>` : html`<pre class="answer" tabindex="0" aria-label="The answer’s body">${text}</pre>`}
${cutFrom === undefined ? "" : html`<p class="soft">Its beginning: the whole has ${cutFrom.toLocaleString("en-GB")} bytes.</p>`}`;
}

const outcomeView = (outcome: CallOutcome, broker: string): Html =>
  html`<div id="answer" class="outcome">
<h3>${outcome.kind === "answered" ? "The answer" : "Not sent"}</h3>
${
  outcome.kind === "answered"
    ? answerView(outcome.answer, outcome.sent, broker)
    : html`<p class="said bad" role="alert">${outcome.sentence}</p>
<p class="soft">Error <code>${outcome.code}</code></p>`
}
</div>`;

const form = ({ connection, typed, offered, once, outcome }: TryCallView): Html =>
  html`<form class="call" method="post" action="/connections/${connection}/call#answer">
<input type="hidden" name="once" value="${once}">
<div class="call-line">
<div><label for="call-method">Method</label><select id="call-method" name="method">${callMethods.map((each) => option(each, typed.method))}</select></div>
<div><label for="call-path">Path</label><input id="call-path" name="path" type="text" required value="${typed.path}" list="known-calls" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
</div>
<datalist id="known-calls">${offered.map(({ path, label }) => html`<option value="${path}">${label}</option>`)}</datalist>
<details${typed.body === "" ? "" : html` open`}><summary>Body</summary>
<label class="aside" for="call-body">Body, as JSON</label>
<textarea id="call-body" name="body" rows="4" autocapitalize="none" spellcheck="false">${typed.body}</textarea></details>
<p class="agree"><input type="checkbox" id="call-order" name="order" value="yes" aria-describedby="call-order-why"${outcome?.kind === "refused" && outcome.wantsTick ? html` class="wanted"` : ""}><label for="call-order">This may send an order</label></p>
<p class="soft" id="call-order-why">Looking needs no tick. Without it nothing goes out that could place or change an order, move money, or that isn’t known.</p>
<button>Send</button>
</form>`;

/** The box of a connection's page that calls its broker. */
export const tryCallBox = (view: TryCallView): Html => html`<section aria-labelledby="try-head" class="try">
<h2 id="try-head">Try a call</h2>
${
  view.callable
    ? html`<p class="soft">It goes to ${view.broker} with this connection’s session, by the same rules as a call with an API key.</p>
${form(view)}`
    : html`<p class="soft">There is no session to call with: somebody must log in first.</p>`
}
${view.outcome ? outcomeView(view.outcome, view.broker) : ""}
</section>`;
