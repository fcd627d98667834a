import { html } from "hono/html";
import type { Html } from "../layout.js";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A stretch of time in words, such as `3 h 12 min`. The dashboard's script says it in the same words. */
export function stretch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  if (s >= day) return `${Math.floor(s / day)} d ${Math.floor((s % day) / hour)} h`;
  if (s >= hour) return `${Math.floor(s / hour)} h ${Math.floor((s % hour) / minute)} min`;
  if (s >= minute) return `${Math.floor(s / minute)} min ${s % minute} s`;
  return `${s} s`;
}

/** How long something still lasts, which the script counts down; `over` where it lies behind. Moments are ms since 1970, UTC. */
export const countdown = (endsAt: number, now: number): Html =>
  html`<time data-ends datetime="${new Date(endsAt).toISOString()}">${endsAt > now ? stretch(endsAt - now) : "over"}</time>`;

/** A moment, such as `22 Nov 2026, 03:30 UTC`. */
export function moment(at: number): Html {
  const shown = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "UTC",
  }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}">${shown} UTC</time>`;
}
