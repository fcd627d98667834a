import type { AuditFacts } from "../domain/audit-chain.js";
import { type SessionSpan, type SessionTurn, sessionSpans } from "../domain/session-spans.js";
import type { AuditRecord } from "../ports/audit.js";
import type { Connection } from "../ports/connections.js";
import type { Event } from "../ports/events.js";
import type { Ports } from "../ports/ports.js";
import { type HistoryNames, historyNames } from "./history-names.js";

/** A part of what is numbered as it happened, newest first. */
export interface HistoryPart<T> {
  readonly items: readonly T[];
  /** Ask for what came before this sequence; `null` at the beginning. */
  readonly before: number | null;
}

/** What has happened to a connection. */
export interface ConnectionHistory {
  readonly events: HistoryPart<Event>;
  readonly audit: HistoryPart<AuditRecord>;
  readonly names: HistoryNames;
  /** Oldest first. */
  readonly spans: readonly SessionSpan[];
  /** Since when all of them are known, ms since 1970, UTC; `null` for ever. */
  readonly spansSince: number | null;
}

type Place = Pick<Ports, "store" | "brokers" | "now">;

/** How many of each a connection's page shows. */
const shown = 20;
/** So many are read to draw the sessions from. */
const drawnFrom = 300;

const ofEvents: Readonly<Record<string, SessionTurn["kind"]>> = {
  "connection.created": "created",
  "connection.active": "active",
  "connection.refreshed": "refreshed",
  "connection.unsure": "unsure",
  "connection.login_needed": "login_needed",
  "connection.closed": "closed",
};
const ofAudit: Readonly<Record<string, SessionTurn["kind"]>> = {
  "connection.add": "created",
  "connection.activate": "active",
  "connection.refresh": "refreshed",
  "connection.doubt": "unsure",
  "connection.need_login": "login_needed",
  "connection.close": "closed",
};

function turn(kind: SessionTurn["kind"] | undefined, at: number, text: string | null): SessionTurn[] {
  if (kind === undefined) return [];
  const { generation, reason, ended_at } = (text === null ? {} : JSON.parse(text)) as AuditFacts;
  const endedAt = Date.parse(String(ended_at));
  return [
    {
      kind,
      at,
      generation: typeof generation === "number" ? generation : null,
      reason: typeof reason === "string" ? reason : null,
      ...(!Number.isNaN(endedAt) && { endedAt }),
    },
  ];
}

/** Oldest first: the events, and before the first of them what the audit, which is kept longer, tells. */
function turnsOf(events: readonly Event[], audit: readonly AuditRecord[]): readonly SessionTurn[] {
  const first = events.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  return [
    ...audit
      .filter(({ at }) => at < first)
      .toReversed()
      .flatMap(({ action, at, facts }) => turn(ofAudit[action], at, facts)),
    ...events.toReversed().flatMap(({ type, at, data }) => turn(ofEvents[type], at, data)),
  ];
}

function part<T extends { readonly sequence: number }>(found: readonly T[], limit: number): HistoryPart<T> {
  const items = found.slice(0, limit);
  return { items, before: found.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}

/** What a connection's page tells of its past. @throws StoreProblem */
export async function connectionHistory(ports: Place, connection: Connection): Promise<ConnectionHistory> {
  const { tenant, id } = connection;
  const { store, now } = ports;
  const wish = { limit: drawnFrom };
  const [events, audit] = await Promise.all([
    store.events.newest(tenant, { ...wish, connection: id }),
    store.audit.newest(tenant, { ...wish, of: { kind: "connection", id } }),
  ]);
  const turns = turnsOf(events, audit);
  const told = { events: part(events, shown), audit: part(audit, shown) };
  return {
    ...told,
    names: await historyNames(ports, tenant, { events: told.events.items, audit: told.audit.items }),
    spans: sessionSpans(turns, connection, now()),
    spansSince: turns[0]?.kind === "created" ? null : (turns[0]?.at ?? null),
  };
}

/** How many a page of older ones shows. */
const older = 50;

/** A connection's events before a sequence, with the names of what they tell of. @throws StoreProblem */
export async function olderEvents(
  ports: Place,
  { tenant, id }: Pick<Connection, "tenant" | "id">,
  before?: number,
): Promise<HistoryPart<Event> & { readonly names: HistoryNames }> {
  const found = await ports.store.events.newest(tenant, { limit: older + 1, before, connection: id });
  const events = part(found, older);
  return { ...events, names: await historyNames(ports, tenant, { events: events.items }) };
}

/** The audit of a connection before a sequence, with the names of who acted. @throws StoreProblem */
export async function olderAudit(
  ports: Place,
  { tenant, id }: Pick<Connection, "tenant" | "id">,
  before?: number,
): Promise<HistoryPart<AuditRecord> & { readonly names: HistoryNames }> {
  const of = { kind: "connection", id } as const;
  const found = await ports.store.audit.newest(tenant, { limit: older + 1, before, of });
  const audit = part(found, older);
  return { ...audit, names: await historyNames(ports, tenant, { audit: audit.items }) };
}
