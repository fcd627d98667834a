import { html } from "hono/html";
import type { BrokerId } from "kunji";
import { inkOn } from "../../domain/contrast.js";
import type { Html } from "./layout.js";

/** Letters in a tint, by which a person tells brokers apart at a glance. They are no broker's logo. */
const marks: Readonly<Record<BrokerId, readonly [letters: string, tint: string]>> = {
  ventura: ["Ve", "#c2410c"],
  autoshares: ["As", "#1f6f80"],
  nuvama: ["Nu", "#0b3d91"],
  zebu: ["Ze", "#247a36"],
  rmoney: ["RM", "#6741d9"],
};

const box = "0 0 40 40";
const drawn = (broker: BrokerId): Html => {
  const [letters, tint] = marks[broker];
  return html`<rect width="40" height="40" rx="10" fill="${tint}"/><text x="20" y="26.500" text-anchor="middle" font-size="17" font-weight="650" fill="${inkOn(tint)}">${letters}</text>`;
};

/** A broker's mark. Its name stands beside it, so that readers are told nothing twice. */
export const brokerMark = (broker: BrokerId): Html =>
  html`<svg class="broker-mark" viewBox="${box}" width="40" height="40" aria-hidden="true" focusable="false">${drawn(broker)}</svg>`;

/** Marks that a page draws once and shows many times: with them once on the page, `repeatedMark` shows each. */
export const markSymbols = (brokers: readonly BrokerId[]): Html =>
  html`<svg class="aside" width="1" height="1" aria-hidden="true" focusable="false">${brokers.map((broker) => html`<symbol id="mark-${broker}" viewBox="${box}">${drawn(broker)}</symbol>`)}</svg>`;

/** A mark that the page has among its `markSymbols`. */
export const repeatedMark = (broker: BrokerId): Html =>
  html`<svg class="broker-mark" aria-hidden="true"><use href="#mark-${broker}"/></svg>`;
