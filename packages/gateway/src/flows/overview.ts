import type { BrokerId } from "kunji";
import type { App } from "../ports/apps.js";
import type { Connection, ConnectionSummary, Status, StatusCounts } from "../ports/connections.js";
import type { Event } from "../ports/events.js";
import type { Ports } from "../ports/ports.js";
import type { Webhook } from "../ports/webhooks.js";
import { faultyLogin } from "./app-findings.js";
import { mostCounted } from "./day-sessions.js";
import { type LastLogin, lastLogins } from "./last-logins.js";
import { type LinkedNotReady, linked, linkedReadiness } from "./readiness-rows.js";

/** A connection with the link by which it is logged in. */
export interface LinkedConnection {
  readonly connection: ConnectionSummary;
  readonly connectUrl: string;
}

/** An app whose last login failed by the app's own fault, and that has not been changed since. */
export interface AppTrouble {
  readonly app: Pick<App, "id" | "broker" | "displayName">;
  readonly login: LastLogin;
}

/** What needs somebody now, and how all the others stand. */
export interface Overview {
  readonly counts: StatusCounts;
  /** The first of those that need a login now. */
  readonly out: readonly LinkedConnection[];
  readonly unsure: readonly ConnectionSummary[];
  /** The first of those that live now and won't when their market opens next; how many there are, as far as counted. */
  readonly soon: {
    readonly items: readonly LinkedNotReady[];
    readonly count: number;
    readonly more: boolean;
  };
  /** The session that ends first; `undefined` where no end is known. */
  readonly first: { readonly broker: BrokerId; readonly at: number } | undefined;
  readonly webhooks: readonly Webhook[];
  readonly apps: readonly AppTrouble[];
  readonly events: readonly Event[];
}

/** So many of each kind are shown. */
const shown = 5;
/** So many are counted one by one. */
const countedOnes = 25;
const shownEvents = 10;
/** Further than any session lasts, in ms. */
const ages = 315_360_000_000;
/** Behind those that have no session, in the order in which sessions stop. */
const afterTheDead = { id: "", endsAt: 1 } as const;

async function appsInTrouble({ store }: Ports, tenant: string): Promise<readonly AppTrouble[]> {
  const logins = await lastLogins({ store }, tenant);
  // One that is in order by its last login need not be read.
  const failing = [...logins].filter(([, [last]]) => last?.failed);
  const found = await Promise.all(
    failing.map(async ([id, of]) => ({ app: await store.apps.get(tenant, id), of })),
  );
  return found.flatMap(({ app, of }) => {
    const login = app && faultyLogin(app, of);
    return login ? [{ app, login }] : [];
  });
}

/** When a session stops, renewals that are to be counted on included. */
const stop = ({ endsAt, carriedUntil, reason }: ConnectionSummary): number =>
  Math.max(endsAt ?? 0, reason === "refresh_refused" ? 0 : (carriedUntil ?? 0));

async function firstToStop({ store, brokers, now }: Ports, tenant: string): Promise<Overview["first"]> {
  const moments = (Object.keys(brokers.traits) as BrokerId[]).map((broker) => ({ broker, at: now() + ages }));
  const { items } = await store.connections.notReady(tenant, moments, { limit: 1, after: afterTheDead });
  const [row]: readonly (Connection | undefined)[] = items;
  return row && { broker: row.broker, at: stop(row) };
}

/** What an operator sees first. */
export async function overview(ports: Ports, tenant: string): Promise<Overview> {
  const { connections, webhooks, events } = ports.store;
  const inStatus = async (status: Status) =>
    (await connections.list(tenant, { status }, { limit: shown })).items;
  const soon = await linkedReadiness(ports, tenant, { page: { limit: countedOnes, after: afterTheDead } });
  const hooks = await webhooks.list(tenant, { limit: 100 });
  return {
    counts: await connections.counts(tenant, mostCounted),
    out: await linked(
      ports,
      (await inStatus("login_needed")).map((connection) => ({ connection })),
    ),
    unsure: await inStatus("unsure"),
    soon: { items: soon.items.slice(0, shown), count: soon.items.length, more: soon.next !== null },
    first: await firstToStop(ports, tenant),
    webhooks: hooks.items.filter(({ pausedAt, endedAt }) => pausedAt !== null && endedAt === null),
    apps: await appsInTrouble(ports, tenant),
    events: await events.newest(tenant, { limit: shownEvents }),
  };
}
