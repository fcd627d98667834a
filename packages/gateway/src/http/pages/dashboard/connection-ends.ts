import { html } from "hono/html";
import type { Traits } from "kunji";
import type { EndingClock, WhyItEnds } from "../../../flows/why-it-ends.js";
import type { ConnectionSummary } from "../../../ports/connections.js";
import type { Html } from "../layout.js";
import { countdown, stretch } from "./times.js";
import { type Country, whenIn } from "./zones.js";

/** A moment (ms since 1970, UTC) on the clock of a broker's country, as one who looks now says it. */
export const momentIn = (country: Country, at: number, now: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${whenIn(country, at, now)}</time>`;

/** Beyond this nobody counts: a broker that renews without an end, ms since 1970, UTC. */
const farAway = 4_000_000_000_000;

type Ends = Pick<ConnectionSummary, "status" | "reason" | "endsAt" | "carriedUntil">;

/** A clock in words. */
function clockSaid(why: EndingClock, broker: string, idleMs = 0): string {
  if (why === "moment") return `the end of ${broker}’s token`;
  if (why === "broker") return `${broker}’s daily end`;
  return why === "exchanges" ? "the exchanges’ daily logout" : `${stretch(idleMs)} after the last call`;
}

/** Why a session ends when it does, in a sentence. */
export function whyEnds(
  { why, idleMs, latest }: WhyItEnds,
  { name, country }: Pick<Traits, "name" | "country">,
  now: number,
): string {
  if (why !== "idle") return `${clockSaid(why, name)}.`.replace(/^./, (letter) => letter.toUpperCase());
  const last = latest
    ? `, to ${whenIn(country, latest.at, now)}, at the latest: ${clockSaid(latest.why, name)}`
    : "";
  return `${clockSaid(why, name, idleMs)}; each call puts it off${last}.`;
}

/** When a connection's session ends, counted down, and the moment on its market's clock below. */
export function endsShown(
  { status, reason, endsAt, carriedUntil }: Ends,
  { country, refresh }: Pick<Traits, "country" | "refresh">,
  now: number,
): Html {
  if (status !== "active" && status !== "unsure") return html`<span class="soft">No session</span>`;
  if (endsAt === null) return html`Not known<br><span class="soft">The broker does not say</span>`;
  const carried = refresh && reason !== "refresh_refused" ? Math.max(carriedUntil ?? 0, endsAt) : endsAt;
  if (carried >= farAway)
    return html`Renewed by itself<br><span class="soft">next by ${whenIn(country, endsAt, now)}</span>`;
  return html`${countdown(carried, now)}<br><span class="soft">${whenIn(country, carried, now)}${carried > endsAt ? ", renewed until then" : ""}</span>`;
}

/** How long ago something was, in words: its largest unit alone. */
export function ago(at: number | null, now: number): string {
  if (at === null) return "–";
  return now - at < 1_000
    ? "Just now"
    : `${stretch(now - at)
        .split(" ")
        .slice(0, 2)
        .join(" ")} ago`;
}
