import type { End } from "kunji";

/**
 * Whether a session will still live at a moment, such as the market's next open, if nobody uses it until then.
 * `unknown` where its end is: that is never guessed.
 */
export type Sight = "yes" | "no" | "unknown";

/** @param open ms since 1970, UTC. A session is dead from the instant of its end on. */
export function seesOpen(end: End, open: number): Sight {
  if (!end.known) return "unknown";
  return !end.ended && end.at > open ? "yes" : "no";
}
