import type { BrokerId } from "kunji";
import type { ConnectionSummary, EndGroup, Status } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { Stretch } from "./day-window.js";

/** One connection's session, as a picture shows it. Times are ms since 1970, UTC. */
export interface DaySession
  extends Pick<
    ConnectionSummary,
    "id" | "app" | "user" | "account" | "broker" | "status" | "reason" | "startedAt"
  > {
  /** `null` where nobody knows, or where it is over. */
  readonly endsAt: number | null;
  /** How far its broker renews it, past its end; `null` where it doesn't. */
  readonly renewedUntil: number | null;
  /** When it was over at the latest; `null` while it lives. */
  readonly overAt: number | null;
}

/** The active connections of a broker whose sessions end in the same stretch. */
export interface DayGroup extends EndGroup {
  /** Whether the count stands for that many or more. */
  readonly more: boolean;
  /** Whether the broker renews them past these ends. */
  readonly renewed: boolean;
}

/** The sessions of a day: each of them, or groups where there are too many. */
export type DaySessions =
  | { readonly kind: "each"; readonly sessions: readonly DaySession[] }
  | {
      readonly kind: "groups";
      readonly groups: readonly DayGroup[];
      /** How many have no known end; `null` where nobody has counted them. */
      readonly endless: number | null;
    };

/** More rows than these nobody reads. */
export const mostRows = 24;
/** Groups are read at a glance. */
const mostGroups = 12;
/** Nobody counts further. */
export const mostCounted = 1_000;
const minute = 60_000;
/** How long a step of groups is, shortest first: the first that leaves few enough. They begin at the half hours of both clocks. */
const shortest = 30 * minute;
const longest = 1_440 * minute;
const steps = [shortest, 60 * minute, 180 * minute, 360 * minute, longest];
/** Further than any session lasts. */
const ages = 3_650 * 1_440 * minute;

/** As many of a connection's events are looked through for its end. */
const mostEvents = 20;

/** When a connection's session was over: its known end, else when it was noted. */
async function overAtOf({ store }: Pick<Ports, "store">, row: ConnectionSummary): Promise<number> {
  const events = await store.events.newest(row.tenant, { limit: mostEvents, connection: row.id });
  const fall = events.find(({ type }) => type === "connection.login_needed");
  if (!fall) return row.updatedAt;
  const { ended_at } = JSON.parse(fall.data) as { readonly ended_at?: unknown };
  const known = Date.parse(String(ended_at));
  return Number.isNaN(known) ? fall.at : known;
}

async function sessionOf(
  ports: Pick<Ports, "brokers" | "store">,
  row: ConnectionSummary,
): Promise<DaySession> {
  const { brokers } = ports;
  const { id, app, user, account, broker, status, reason, startedAt, endsAt, carriedUntil } = row;
  const goesOn = brokers.traits[broker].refresh && reason !== "refresh_refused" && status === "active";
  const renewed = goesOn && endsAt !== null && carriedUntil !== null && carriedUntil > endsAt;
  return {
    ...{ id, app, user, account, broker, status, reason, startedAt, endsAt },
    renewedUntil: renewed ? carriedUntil : null,
    overAt: status === "login_needed" ? await overAtOf(ports, row) : null,
  };
}

/** When a session stops by what is known: those that are out come first, those without a known end last. */
export const stopsAt = ({ overAt, endsAt, renewedUntil }: DaySession): number =>
  overAt === null ? Math.max(endsAt ?? Number.POSITIVE_INFINITY, renewedUntil ?? 0) : 0;

const inOrder = (a: DaySession, b: DaySession): number =>
  stopsAt(a) - stopsAt(b) || (a.user < b.user ? -1 : 1);

/** How long a step must be for few enough groups. */
function stepFor(groups: readonly EndGroup[], from: number): number {
  const stepOf = ({ broker, from: at }: EndGroup, step: number) =>
    `${broker} ${Math.floor((at - from) / step)}`;
  const few = (step: number) => new Set(groups.map((group) => stepOf(group, step))).size <= mostGroups;
  return steps.find(few) ?? longest;
}

/** A group from the first to the last of the shortest steps that it holds. */
function tightened(group: EndGroup, seen: readonly EndGroup[]): EndGroup {
  const held = seen.filter(
    ({ broker, from }) => broker === group.broker && from >= group.from && from < group.until,
  );
  return { ...group, from: held[0]?.from ?? group.from, until: held.at(-1)?.until ?? group.until };
}

/** First where there are any, and then how many in each group: what is counted grows with the groups alone. */
async function groupsWithin({ store, brokers }: Ports, tenant: string, { from, until }: Stretch) {
  const ids = Object.keys(brokers.traits) as BrokerId[];
  const of = (stepMs: number, most: number) =>
    store.connections.endGroups(tenant, { brokers: ids, from, until, stepMs, most });
  const seen = await of(shortest, 1);
  const groups = await of(stepFor(seen, from), mostCounted);
  return groups.map((group) => tightened(group, seen));
}

async function groupsOf(ports: Ports, tenant: string, stretch: Stretch) {
  const { store, brokers } = ports;
  const ids = Object.keys(brokers.traits) as BrokerId[];
  const within = await groupsWithin(ports, tenant, stretch);
  const later = await store.connections.endGroups(tenant, {
    brokers: ids,
    most: mostCounted,
    from: stretch.until,
    until: stretch.until + ages,
    stepMs: ages,
  });
  const told = (group: EndGroup): DayGroup => ({
    ...group,
    more: group.count >= mostCounted,
    renewed: brokers.traits[group.broker].refresh,
  });
  const groups = [...within, ...later]
    .map(told)
    .sort((a, b) => a.from - b.from || ids.indexOf(a.broker) - ids.indexOf(b.broker));
  const { active } = await store.connections.counts(tenant, mostCounted);
  const exact = active < mostCounted && groups.every(({ more }) => !more);
  const counted = groups.reduce((sum, { count }) => sum + count, 0);
  return { kind: "groups", groups, endless: exact ? Math.max(0, active - counted) : null } as const;
}

/** The sessions of a tenant's connections within a stretch: those that live, and those that are out as long as there is room. */
export async function daySessions(ports: Ports, tenant: string, stretch: Stretch): Promise<DaySessions> {
  const { connections } = ports.store;
  const inStatus = async (status: Status) =>
    (await connections.list(tenant, { status }, { limit: mostRows + 1 })).items;
  const active = await inStatus("active");
  if (active.length > mostRows) return groupsOf(ports, tenant, stretch);
  const unsure = await inStatus("unsure");
  const out = await inStatus("login_needed");
  const all = [...active];
  for (const more of [unsure, out]) if (all.length + more.length <= mostRows) all.push(...more);
  return {
    kind: "each",
    sessions: (await Promise.all(all.map((row) => sessionOf(ports, row)))).sort(inOrder),
  };
}
