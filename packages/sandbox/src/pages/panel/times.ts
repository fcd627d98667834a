import { html } from "hono/html";
import { clockText, dayText } from "../../panel/zoned-time.js";
import type { Html } from "../layout.js";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** A length of time in its two largest units: `6 h 30 min`, `12 s`. `panel.js` says it alike. */
export function lengthText(ms: number): string {
  let left = Math.max(0, Math.ceil(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** A moment on India's clock: `Sat 21 Nov, 18:00:00`. */
export const moment = (ms: number): Html =>
  html`<time datetime="${iso(ms)}">${dayText("Asia/Kolkata", ms)}, ${clockText("Asia/Kolkata", ms)}</time>`;

/** How long until a moment, counted down by the script; at and after it, `over`. */
export const countdown = (ms: number, now: number): Html =>
  html`<time datetime="${iso(ms)}" data-ends="${ms}">${ms > now ? `in ${lengthText(ms - now)}` : "over"}</time>`;

/** How long ago a moment was. */
export const ago = (ms: number, now: number): string =>
  now - ms < 1_000 ? "now" : `${lengthText(now - ms)} ago`;
