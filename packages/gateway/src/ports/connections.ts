import type { BrokerId } from "kunji";
import type { Code } from "./codes.js";
import type { Leased, LeaseWish, Tried } from "./lease.js";
import type { Listed, Page } from "./page.js";

/** Where a connection stands. `closed` is for good. */
export type Status = "new" | "pending" | "active" | "login_needed" | "unsure" | "closed";

/** The lasting record that a tenant's user is connected to a broker account. Times are ms since 1970, UTC. */
export interface Connection extends Leased, Tried {
  readonly tenant: string;
  readonly id: string;
  readonly app: string;
  readonly broker: BrokerId;
  /** The tenant's name for its user. */
  readonly user: string;
  /** Any other account is refused at login. */
  readonly expectedAccount: string | null;
  /** The broker's account id. */
  readonly account: string | null;
  readonly status: Status;
  /** Why it is in this status, a stable code. */
  readonly reason: string | null;
  /** The number of the current session; 0 before the first. */
  readonly generation: number;
  /** The current session, encrypted. */
  readonly sealedSession: Uint8Array | null;
  /** Equal for connections of an app that share a broker's session; a hash. */
  readonly sessionKey: string | null;
  readonly startedAt: number | null;
  /** The last call with the session, which moves an idle clock. */
  readonly usedAt: number | null;
  /** `null` where there is no session, or where nobody knows its end. */
  readonly endsAt: number | null;
  /** How far renewals can carry the session; `null` where its broker renews none, or nobody has written it down. */
  readonly carriedUntil: number | null;
  /** Where its users' browsers end, for the links that the gateway makes by itself. */
  readonly returnUrl: string;
  /** The proxy by which its broker is reached, in place of the app's, without its password. */
  readonly egress: string | null;
  /** The same with its password, encrypted. */
  readonly sealedEgress: Uint8Array | null;
  /** When its user was told, the evening before, that this session won't see the next open. */
  readonly warnedEveningAt: number | null;
  /** When its user was told that this session ends soon. */
  readonly warnedSoonAt: number | null;
  /** When background work must look at it next. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A connection as lists show it: without what is sealed. */
export type ConnectionSummary = Omit<Connection, "sealedSession" | "sealedEgress">;

export interface NewConnection {
  readonly id: string;
  readonly app: string;
  readonly user: string;
  readonly expectedAccount: string | null;
  readonly returnUrl: string;
  /** Left out: the app's. */
  readonly egress?: string | null;
  readonly sealedEgress?: Uint8Array | null;
  readonly at: number;
}

/** A new session, proven, and where the connection stands with it. Storing it clears the try. */
export interface NewSession {
  readonly sealedSession: Uint8Array;
  readonly sessionKey: string | null;
  readonly account: string;
  readonly startedAt: number;
  readonly usedAt: number;
  readonly endsAt: number | null;
  readonly carriedUntil: number | null;
  readonly dueAt: number | null;
  readonly status: Exclude<Status, "closed">;
  readonly reason: string | null;
  /** Warnings that hold for this one too. Left out: none was given. */
  readonly warnedEveningAt?: number | null;
  readonly warnedSoonAt?: number | null;
  readonly at: number;
}

/** What may change while the session stays. Left out: stays as it is. */
export interface ConnectionChange {
  readonly status?: Exclude<Status, "closed">;
  readonly reason?: string | null;
  readonly endsAt?: number | null;
  readonly dueAt?: number | null;
  readonly expectedAccount?: string | null;
  readonly returnUrl?: string;
  readonly egress?: string | null;
  readonly sealedEgress?: Uint8Array | null;
  readonly warnedEveningAt?: number;
  readonly warnedSoonAt?: number;
  /** `null` forgets a try whose outcome is known now. */
  readonly triedAt?: null;
  readonly triedWhat?: null;
  /** `null` erases the session that nobody can use any more. */
  readonly sealedSession?: null;
  readonly at: number;
}

/** What the row must still be for a change to be written. */
export interface Expected {
  readonly generation: number;
  readonly status?: readonly Status[];
}

/** All given conditions hold. `endsBefore` leaves out unknown ends, and puts the list in the order of ends. */
export interface ConnectionFilter {
  readonly app?: string | undefined;
  readonly user?: string | undefined;
  readonly broker?: BrokerId | undefined;
  readonly status?: Status | undefined;
  readonly endsBefore?: number | undefined;
}

/** How many connections are in each status. */
export type StatusCounts = Readonly<Record<Status, number>>;

/** A step of time, ms since 1970, UTC: from its first moment on, to before its last. */
export interface Step {
  readonly from: number;
  readonly until: number;
}

/** The connections of a broker whose sessions end in the same step. */
export interface EndGroup extends Step {
  readonly broker: BrokerId;
  /** As many as were asked for stands for that many or more. */
  readonly count: number;
}

/** Which ends are grouped. */
export interface WantedGroups extends Step {
  readonly brokers: readonly BrokerId[];
  /** How long a step is, in ms; the first begins at `from`. */
  readonly stepMs: number;
  /** Nobody counts further than this. */
  readonly most: number;
}

/** The moment that is asked for of a broker's connections. */
export interface WantedMoment {
  readonly broker: BrokerId;
  /** ms since 1970, UTC */
  readonly at: number;
}

/** A connection that was closed just now, with the sessions that waited for a word. */
export type ClosedConnection = Connection & { readonly waiting: readonly Code[] };

export interface Connections {
  /** Its broker is the app's. `undefined` where the tenant has no such app, or the id is taken. */
  add(tenant: string, connection: NewConnection): Promise<Connection | undefined>;
  get(tenant: string, id: string): Promise<Connection | undefined>;
  /** In the order of ids, or of ends where the filter names them. */
  list(tenant: string, filter: ConnectionFilter, page: Page): Promise<Listed<ConnectionSummary>>;
  /** Those whose id, user or account is this text, or whose user or account begins with it: so many at most, in the order of ids. */
  search(tenant: string, text: string, limit: number): Promise<readonly ConnectionSummary[]>;
  /** How many there are in each status. Nobody counts further than `most`: that many stands for that many or more. */
  counts(tenant: string, most: number): Promise<StatusCounts>;
  /** How many of an app are in a status. Nobody counts further than `most`. */
  countOfApp(
    tenant: string,
    app: string,
    wanted: { readonly status: Status; readonly most: number },
  ): Promise<number>;
  /** Those that are `active` by broker and end, steps without any left out, in the order of brokers as given, then of time. */
  endGroups(tenant: string, wanted: WantedGroups): Promise<readonly EndGroup[]>;
  /**
   * The connections of these brokers that aren't closed and have no session that is known to live at their broker's moment:
   * those that have none, that are unsure or whose end nobody knows in the order of ids, then those that end by then, or that
   * renewals can't carry over it, in the order of these ends. `moments` holds one broker at least.
   */
  notReady(tenant: string, moments: readonly WantedMoment[], page: Page): Promise<Listed<Connection>>;
  /**
   * Stores a new session as the next generation, and clears the try and the warnings but for those it brings. Written only while
   * the generation is still `from` and the connection isn't closed, whoever holds the lease: else `undefined`.
   */
  putSession(tenant: string, id: string, from: number, session: NewSession): Promise<Connection | undefined>;
  /** `undefined`, and nothing is written, where the row isn't as expected or is closed. */
  change(
    tenant: string,
    id: string,
    expected: Expected,
    change: ConnectionChange,
  ): Promise<Connection | undefined>;
  /** Changes every connection of an app that is in one of these statuses; answers those it changed. */
  changeAllOfApp(
    tenant: string,
    app: string,
    from: readonly Status[],
    change: ConnectionChange,
  ): Promise<readonly ConnectionSummary[]>;
  /**
   * Notes a use of the session, and the end that follows from it (left out: stays as it is), on every connection that shares
   * it. A moment before the last use changes nothing.
   */
  touch(
    tenant: string,
    id: string,
    use: { readonly at: number; readonly endsAt?: number | null },
  ): Promise<boolean>;
  /**
   * Within a transaction: lets nobody else change these connections, and those of an app whose session has this key, until
   * its end. Answers those there are, closed ones too, in the order of ids. Where a transaction changes several, or one and
   * then what hangs on it, it comes first.
   */
  hold(
    tenant: string,
    ids: readonly string[],
    session?: { readonly app: string; readonly key: string | null },
  ): Promise<readonly ConnectionSummary[]>;
  /** The other connections that share its session. */
  sharing(tenant: string, id: string): Promise<readonly ConnectionSummary[]>;
  /** Whether any connection of an app has the session with this key, or a login that has it and waits for a word. */
  anyWithSession(tenant: string, app: string, sessionKey: string): Promise<boolean>;
  /** Erases session, lease, open logins and codes. The generation rises, so that a late answer is not stored. */
  close(tenant: string, id: string, at: number): Promise<ClosedConnection | undefined>;
  /** `undefined` while another lease lives. */
  lease(tenant: string, id: string, wish: LeaseWish): Promise<Connection | undefined>;
  /** Writes a try down. False, and the call must not be sent, where the lease has ended or the generation is another. */
  noteTry(
    tenant: string,
    id: string,
    owner: string,
    attempt: { readonly generation: number; readonly what: string; readonly at: number },
  ): Promise<boolean>;
  /** True where the lease was still this owner's. */
  release(tenant: string, id: string, owner: string): Promise<boolean>;
}
