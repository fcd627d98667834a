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

/**
 * Whether renewals can carry a session over a moment (ms since 1970, UTC), if the broker goes on renewing it. Where the broker
 * doesn't say how long it will, it is taken to: only a daily logout stops it then.
 */
export function renewalsReach(renewing: Renewing, now: number, moment: number): boolean {
  const { session } = renewing;
  const { refreshEndsAt = Number.POSITIVE_INFINITY } = session;
  const fixed = endsAt({ ...session, clocks: session.clocks.filter(({ kind }) => kind === "daily") }, now);
  return canBeRenewed(renewing, now) && refreshEndsAt > moment && (!fixed.known || fixed.at > moment);
}
