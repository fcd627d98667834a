/** What an event, or a record of the audit, says of a connection's sessions. */
export interface SessionTurn {
  /** ms since 1970, UTC */
  readonly at: number;
  readonly kind: "created" | "active" | "refreshed" | "unsure" | "login_needed" | "closed";
  /** The session's number, where it is told. */
  readonly generation: number | null;
  /** A stable code. */
  readonly reason: string | null;
  /** When the session was over, where that is known to be earlier than it was noted; ms since 1970, UTC. */
  readonly endedAt?: number | undefined;
}

/**
 * How a session ended. `lives`: it has not. `over`: by its own clock. `relogin`: another login took its place. `closed`: with its
 * connection. `cut`: in any other way, before its time.
 */
export type SpanEnd = "lives" | "over" | "relogin" | "closed" | "cut";

/** One session from its login to its end; renewals carry it on. Moments are ms since 1970, UTC. */
export interface SessionSpan {
  /** `null` where it had begun before the first turn that is known. */
  readonly began: number | null;
  /** `null` while it lives. */
  readonly ended: number | null;
  readonly how: SpanEnd;
  readonly reason: string | null;
  readonly renewals: readonly number[];
  /** When nobody knew whether it lived; `null` for still. */
  readonly doubts: readonly { readonly from: number; readonly until: number | null }[];
}

/** A connection as it is on file. */
export interface SpannedConnection {
  readonly status: string;
  readonly startedAt: number | null;
  readonly endsAt: number | null;
  readonly updatedAt: number;
}

interface Open {
  began: number | null;
  generation: number | null;
  renewals: number[];
  doubts: { from: number; until: number | null }[];
}

const opened = (began: number | null, generation: number | null): Open => ({
  began,
  generation,
  renewals: [],
  doubts: [],
});

/** The doubt that lasts is resolved. */
function sure({ doubts }: Open, at: number): void {
  const last = doubts.at(-1);
  if (last) last.until ??= at;
}

function finished({ began, renewals, doubts }: Open, ended: number, how: SpanEnd, reason: string | null) {
  const over = doubts.map(({ from, until }) => ({ from, until: until ?? ended }));
  return { began, ended, how, reason, renewals, doubts: over };
}

/**
 * A connection's sessions, oldest first.
 * @param turns oldest first; the first may lie anywhere in its history
 * @param now ms since 1970, UTC
 */
export function sessionSpans(
  turns: readonly SessionTurn[],
  { status, startedAt, endsAt, updatedAt }: SpannedConnection,
  now: number,
): readonly SessionSpan[] {
  const spans: SessionSpan[] = [];
  let open: Open | undefined;
  const end = (at: number, how: SpanEnd, reason: string | null = null): void => {
    if (open) spans.push(finished(open, at, how, reason));
    open = undefined;
  };

  for (const [i, { at, kind, generation, reason, endedAt = at }] of turns.entries()) {
    // What the first turn is about had begun before it.
    if (i === 0 && kind !== "created" && kind !== "active") open = opened(null, generation);
    if (kind === "active") {
      if (open && generation !== null && generation === open.generation) {
        sure(open, at);
        continue;
      }
      end(at, "relogin");
      open = opened(at, generation);
    } else if (kind === "refreshed") {
      open ??= opened(at, generation);
      sure(open, at);
      open.generation = generation;
      open.renewals.push(at);
    } else if (kind === "unsure") {
      // It is told once, but may be noted again.
      if (open && open.doubts.at(-1)?.until !== null) open.doubts.push({ from: at, until: null });
    } else if (kind === "login_needed")
      end(Math.min(at, endedAt), reason === "session_over" ? "over" : "cut", reason);
    else if (kind === "closed") end(at, "closed");
  }

  const lives = status === "active" || status === "unsure";
  if (!open && lives && startedAt !== null) open = opened(startedAt, null);
  if (open && !lives) end(updatedAt, "cut");
  if (open && endsAt !== null && endsAt <= now) end(endsAt, "over", "session_over");
  if (open) {
    const { began, renewals, doubts } = open;
    spans.push({ began, ended: null, how: "lives", reason: null, renewals, doubts });
  }
  return spans;
}
