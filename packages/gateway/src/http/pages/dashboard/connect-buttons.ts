import { html } from "hono/html";
import type { Traits } from "kunji";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";

/** An app at which the operator can connect an account of their own. */
export interface ConnectOffer {
  /** The app's id. */
  readonly app: string;
  readonly traits: Pick<Traits, "id" | "name" | "country">;
  readonly environment: string;
  /** Whether another offer has the same broker, so that the app's id must tell them apart. */
  readonly ambiguous: boolean;
  /** How the operator's own connections there stand: one lives, one waits for another login, one for its first, or there is none. */
  readonly own: "connected" | "waiting" | "begun" | null;
}

export interface ConnectButtonsView {
  readonly offers: readonly ConnectOffer[];
  /** Whether there are more apps than are shown. */
  readonly more: boolean;
}

const countries = { IN: "India", US: "United States" } as const;
const labels = { connected: "Connect another", waiting: "Log in again", begun: "Go on" } as const;

const offerCard = ({ app, traits, environment, ambiguous, own }: ConnectOffer): Html =>
  html`<li>${brokerMark(traits.id)}<div><strong>${traits.name}</strong><br><span class="soft">${countries[traits.country]}${environment === "live" ? "" : ` · ${environment}`}${ambiguous ? ` · ${app}` : ""}${own === "connected" ? html` · <strong>connected</strong>` : ""}</span></div>
<button class="small${own === "connected" ? " plain" : ""}" name="app" value="${app}">${own === null ? "Connect" : labels[own]}<span class="aside">: ${traits.name}${ambiguous ? `, ${app}` : ""}</span></button></li>`;

/**
 * The tenant's apps as cards, each with the button that connects an account of the operator's own; without an app the way
 * to the first one. The page that shows them is sent with the `formLeadsTo` that comes with the view.
 */
export const connectButtons = ({ offers, more }: ConnectButtonsView): Html =>
  offers.length === 0
    ? html`<p>There is no app yet: add the keys that a broker gave you.</p>
<p><a class="button" href="/apps/new">Add an app</a></p>`
    : html`<form method="post" action="/connections/connect">
<ul class="connect-cards">${offers.map(offerCard)}</ul>
</form>${more ? html`<p class="soft">There are more: see <a href="/apps">your apps</a>.</p>` : ""}`;
