/**
 * One of the clocks that end a session; the earliest of a session's clocks counts.
 * `moment`: a fixed instant. `idle`: a length without a call. `daily`: a time of day, on a clock that is `utcOffset`
 * ahead of UTC, set by the broker or by the exchanges' daily logout.
 */
export type Clock =
  | { readonly kind: "moment" /** ms since 1970, UTC */; readonly at: number }
  | { readonly kind: "idle"; readonly ms: number }
  | {
      readonly kind: "daily";
      /** `HH:mm` */
      readonly time: string;
      /** `+HH:mm` or `-HH:mm` */
      readonly utcOffset: string;
      readonly by: "broker" | "exchanges";
    };

/** When a session ends and by which clock, or that nobody can know. */
export type End =
  | {
      readonly known: true;
      /** ms since 1970, UTC; the session is dead from this instant on. */
      readonly at: number;
      readonly why: "moment" | "idle" | "broker" | "exchanges";
      readonly ended: boolean;
    }
  | { readonly known: false; readonly ended: false };

/** The times that a session's clocks are read against, in ms since 1970, UTC. */
export interface Lifetime {
  readonly clocks: readonly Clock[];
  readonly startedAt: number;
  readonly usedAt: number;
}

const dayMs = 86_400_000;

/** `HH:mm`, with or without a sign, in ms. */
function clockMs(time: string): number {
  const ms = (Number(time.slice(-5, -3)) * 60 + Number(time.slice(-2))) * 60_000;
  return time.startsWith("-") ? -ms : ms;
}

/** The first instant after `after` (ms, UTC) at which a clock `utcOffset` ahead of UTC shows `time`. */
export function nextDaily(time: string, utcOffset: string, after: number): number {
  const shift = clockMs(time) - clockMs(utcOffset);
  return (Math.floor((after - shift) / dayMs) + 1) * dayMs + shift;
}

function endOf(clock: Clock, session: Lifetime): number {
  if (clock.kind === "moment") return clock.at;
  if (clock.kind === "idle") return session.usedAt + clock.ms;
  return nextDaily(clock.time, clock.utcOffset, session.startedAt);
}

/** When a session ends, as of `now` (ms since 1970, UTC). A session without clocks has no known end. */
export function endsAt(session: Lifetime, now: number): End {
  let earliest: End = { known: false, ended: false };
  for (const clock of session.clocks) {
    const at = endOf(clock, session);
    if (!earliest.known || at < earliest.at)
      earliest = { known: true, at, why: clock.kind === "daily" ? clock.by : clock.kind, ended: at <= now };
  }
  return earliest;
}
