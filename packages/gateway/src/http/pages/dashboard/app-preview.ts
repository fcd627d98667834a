import { html } from "hono/html";
import type { BrokerId } from "kunji";
import { inkOn, isColour, lightened } from "../../../domain/contrast.js";
import { nightSheet } from "../app-look.js";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";

/** The head of the page on which users connect. */
export interface PreviewView {
  readonly broker: { readonly id: BrokerId; readonly name: string };
  /** What users read. */
  readonly name: string;
  /** A path; `undefined` where there is none. */
  readonly logo: string | undefined;
  /** `null`, or what is no colour, for the gateway's own. */
  readonly accent: string | null;
}

/** The gateway's own: `--key` of the stylesheet by day, and by night. */
const own = ["#0b5c55", "#5cc4b8"] as const;
const standsOut = 3;

function button(colour: string, text: string): Html {
  return html`<svg class="look-button" viewBox="0 0 240 44" width="240" height="44" aria-hidden="true" focusable="false"><rect width="240" height="44" rx="9" fill="${colour}"/><text x="120" y="27.500" text-anchor="middle" font-size="15" font-weight="600" fill="${inkOn(colour)}">${text}</text></svg>`;
}

const face = (
  { broker, name, logo }: PreviewView,
  kind: "day" | "night",
  colour: string,
): Html => html`<div class="look by-${kind}"><p class="look-whose">${logo ? html`<img src="${logo}" alt="" width="28" height="28">` : ""}<strong>${name}</strong></p>
<div class="look-sheet">${brokerMark(broker.id)}<p class="look-title">Connect ${broker.name} to ${name}</p>${button(colour, `Go to ${broker.name}`)}</div></div>`;

/** How the page looks to users, by day and by night. */
export function appPreview(view: PreviewView): Html {
  const accent = view.accent?.toLowerCase() ?? "";
  const [day, night] = isColour(accent) ? [accent, lightened(accent, nightSheet, standsOut)] : own;
  return html`<figure class="looks" id="preview"><figcaption class="soft">What your users see, by day and by night</figcaption>${face(view, "day", day)}${face(view, "night", night)}</figure>`;
}
