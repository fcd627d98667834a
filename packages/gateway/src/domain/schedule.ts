import type { MarketCalendar, MarketMoment } from "./market-calendar.js";
import { dayAfter } from "./market-clock.js";

/** When the gateway looks ahead. */
export interface Foresight {
  /** How long before its end a session's user is told, in ms; 30 minutes by default. */
  readonly endsSoonMs: number;
  /** `HH:mm` on the market's clock: when users of sessions that won't see the next open are told; `18:00` by default. */
  readonly evening: string;
}

/** What a session's next look follows from. Times are ms since 1970, UTC. */
export interface Timing {
  readonly now: number;
  readonly startedAt: number;
  /** `null` where nobody knows. */
  readonly endsAt: number | null;
  readonly warnedSoonAt: number | null;
  readonly warnedEveningAt: number | null;
  /** The broker renews it without its user: then there is nothing to warn of. */
  readonly refreshable: boolean;
  readonly foresight: Foresight;
  readonly market: MarketCalendar;
  /** From 0 to 1, by chance. */
  readonly jitter: number;
}

const fiveMinutes = 300_000;

/**
 * When to renew a session that ends at `endsAt`: a tenth to a quarter of what is left of it ahead of its end, by chance, so
 * that sessions that end together are not renewed together; five minutes ahead at least, where half of what is left allows it.
 */
export function renewalAt(now: number, endsAt: number, jitter: number): number {
  const left = Math.max(0, endsAt - now);
  const ahead = left * (0.1 + 0.15 * jitter);
  return Math.floor(endsAt - Math.min(left / 2, Math.max(ahead, fiveMinutes)));
}

/** The evening on which the user is told, and the open that the session won't see. */
export interface EveningBefore {
  /** ms since 1970, UTC */
  readonly at: number;
  readonly open: MarketMoment;
}

/**
 * The last evening of a session's life before the first open that it won't see; `undefined` where it has none, or where the
 * market opens once more in between. A session that ends on a Saturday's first hour has it on Friday.
 */
export function eveningBefore({
  startedAt,
  endsAt,
  market,
  foresight,
}: Pick<Timing, "startedAt" | "endsAt" | "market" | "foresight">): EveningBefore | undefined {
  if (endsAt === null) return undefined;
  // A session is dead from the instant of its end on: an open at that instant is not seen either.
  const open = market.nextOpen(endsAt - 1);
  const eveningOf = (day: string) => market.clock.instantOf(day, foresight.evening);
  const day = market.clock.dayOf(endsAt);
  const at = eveningOf(day) < endsAt ? eveningOf(day) : eveningOf(dayAfter(day, -1));
  return at > startedAt && market.nextOpen(at).at >= endsAt ? { at, open } : undefined;
}

/**
 * When background work must look at a session next (ms since 1970, UTC): its renewal, else the earliest warning that was not
 * given yet, else its end; `null` where nobody knows its end. The moment may have passed already.
 */
export function nextDue(timing: Timing): number | null {
  const { now, endsAt, warnedSoonAt, warnedEveningAt, foresight } = timing;
  if (endsAt === null) return null;
  if (timing.refreshable) return renewalAt(now, endsAt, timing.jitter);
  const soon = warnedSoonAt === null ? endsAt - foresight.endsSoonMs : endsAt;
  const evening = warnedEveningAt === null ? eveningBefore(timing)?.at : undefined;
  return Math.min(soon, evening ?? endsAt, endsAt);
}
