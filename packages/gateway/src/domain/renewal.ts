import { endsAt, type Session, type Traits } from "kunji";

/** What tells whether a session can be renewed without its user. */
export interface Renewing {
  readonly traits: Pick<Traits, "refresh">;
  readonly session: Session;
  /** The connection's reason: a broker that has refused to renew a session is not asked again. */
  readonly reason: string | null;
}

/** Whether the broker renews the session: a token's own end can be put off, a daily logout or an idle clock can't. */
export function canBeRenewed({ traits, session, reason }: Renewing, now: number): boolean {
  const end = endsAt(session, now);
  const { refreshEndsAt = Number.POSITIVE_INFINITY } = session;
  return (
    traits.refresh && reason !== "refresh_refused" && end.known && end.why === "moment" && refreshEndsAt > now
  );
}

/** The last moment there is: ms since 1970, UTC. */
const never = 8_640_000_000_000_000;

/**
 * How far renewals can carry a session (ms since 1970, UTC), if the broker goes on renewing it: to its daily logout, or the end
 * of its refresh token. Where the broker doesn't say how long it will, it is taken to. `null` where the broker renews none, 0
 * where another clock ends this one.
 */
export function carriedUntil({ traits, session }: Omit<Renewing, "reason">): number | null {
  if (!traits.refresh) return null;
  const end = endsAt(session, session.usedAt);
  if (!end.known || end.why !== "moment") return 0;
  const fixed = endsAt(
    { ...session, clocks: session.clocks.filter(({ kind }) => kind === "daily") },
    session.usedAt,
  );
  return Math.min(session.refreshEndsAt ?? never, fixed.known ? fixed.at : never);
}
