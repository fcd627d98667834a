import type { LiveSession, SandboxBroker, SessionEnd } from "../broker.js";
import type { Core } from "../core.js";

/** A session as the panel shows it. */
export interface ShownSession {
  readonly session: LiveSession;
  readonly appName: string;
  /** The end that comes first. */
  readonly end: SessionEnd;
  /** `renewable`: it opens no call any more, but can be renewed without a login. */
  readonly state: "live" | "renewable" | "over";
  readonly renewableUntil?: number;
}

/** Of so many sessions of a broker, the newest, the panel takes account. */
const looksAt = 1_000;
/** Ends within this time of the first one count as one cut-off, in ms. */
const togetherMs = 60_000;

const firstOf = ([first, ...others]: readonly [SessionEnd, ...SessionEnd[]]): SessionEnd =>
  others.reduce((one, other) => (other.at < one.at ? other : one), first);

/** The newest sessions of a broker, the newest first. */
export function sessionsOf({ store, clock }: Core, broker: SandboxBroker): readonly ShownSession[] {
  const now = clock.now();
  return store.sessions.newest(broker.id, looksAt).map((session) => {
    const { ends, renewableUntil } = broker.lifeOf(session);
    const end = firstOf(ends);
    const renewable = renewableUntil !== undefined && now < renewableUntil;
    return {
      session,
      appName: store.apps.byId(session.appId)?.name ?? "",
      end,
      state: now < end.at ? "live" : renewable ? "renewable" : "over",
      ...(renewableUntil === undefined ? {} : { renewableUntil }),
    };
  });
}

/** What falls next at a broker. */
export interface NextEnd extends SessionEnd {
  /** How many sessions end then, or within a minute of it. */
  readonly falling: number;
}

/** The next cut-off among these; `undefined` where nothing lives. */
export function nextEnd(sessions: readonly ShownSession[]): NextEnd | undefined {
  const live = sessions.filter(({ state }) => state === "live").toSorted((a, b) => a.end.at - b.end.at);
  const [first] = live;
  if (first === undefined) return undefined;
  const falling = live.filter(({ end }) => end.at <= first.end.at + togetherMs).length;
  return { ...first.end, falling };
}
