import type { Traits } from "kunji";
import type { AuditRecord } from "../ports/audit.js";
import type { Event } from "../ports/events.js";
import type { Ports } from "../ports/ports.js";

/** A connection as sentences name it. */
export interface NamedConnection {
  readonly user: string;
  /** The broker's name, as `traits.name`. */
  readonly broker: string;
  /** Whose market's clock its users go by. */
  readonly country: Traits["country"];
}

/** The names of what events and records of the audit tell of by ids; one that isn't on file any more is missing. */
export interface HistoryNames {
  readonly connections: ReadonlyMap<string, NamedConnection>;
  readonly operators: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  /** Webhooks by the host they go to. */
  readonly webhooks: ReadonlyMap<string, string>;
}

/** What is told: any part of the tenant's events and of its audit. */
export interface History {
  readonly events?: readonly Pick<Event, "connection" | "data">[];
  readonly audit?: readonly Pick<AuditRecord, "key" | "kind" | "id">[];
}

/** What each id names, where it is on file. */
async function named<T>(
  ids: Iterable<string>,
  find: (id: string) => Promise<T | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const found = await Promise.all([...new Set(ids)].map(async (id) => [id, await find(id)] as const));
  return new Map(found.flatMap(([id, one]) => (one === undefined ? [] : [[id, one] as const])));
}

/** The webhook that an event tells of. */
function webhookIn(data: string): string[] {
  const { webhook } = JSON.parse(data) as { readonly webhook?: unknown };
  return typeof webhook === "string" ? [webhook] : [];
}

/** Looks up the names of one page of history: each id once, the tenant's own alone. */
export async function historyNames(
  { store, brokers }: Pick<Ports, "store" | "brokers">,
  tenant: string,
  { events = [], audit = [] }: History,
): Promise<HistoryNames> {
  const actedOn = (kind: AuditRecord["kind"]) =>
    audit.filter((record) => record.kind === kind).map(({ id }) => id);
  const actors = audit.flatMap(({ key }) => (key === null ? [] : [key]));
  const isOperator = (id: string): boolean => id.startsWith("opr_");
  const connections = [
    ...events.flatMap(({ connection }) => (connection === null ? [] : [connection])),
    ...actedOn("connection"),
  ];
  const [ofConnections, operators, keys, webhooks] = await Promise.all([
    named(connections, async (id) => {
      const found = await store.connections.get(tenant, id);
      if (!found) return undefined;
      const { name: broker, country } = brokers.traits[found.broker];
      return { user: found.user, broker, country };
    }),
    named(
      [...actors.filter(isOperator), ...actedOn("operator")],
      async (id) => (await store.operators.get(tenant, id))?.name,
    ),
    named(
      [...actors.filter((id) => !isOperator(id)), ...actedOn("key")],
      async (id) => (await store.apiKeys.get(tenant, id))?.name,
    ),
    named([...events.flatMap(({ data }) => webhookIn(data)), ...actedOn("webhook")], async (id) => {
      const found = await store.webhooks.get(tenant, id);
      return found && new URL(found.url).host;
    }),
  ]);
  return { connections: ofConnections, operators, keys, webhooks };
}
