import type { AnyClient, Secret, Session } from "kunji";
import { type Credentials, credentialsOf } from "../domain/proxy-credentials.js";
import { forwardedHeaders } from "../domain/proxy-headers.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { VendorSession } from "../ports/vendor-sessions.js";
import { openAppKeys } from "./app-keys.js";
import { egressOf } from "./egress.js";
import { liveSession } from "./live-session.js";

/** A connection's live session, made ready for calls: what a call needs of it is worked out once. */
export interface ProxyEntry {
  /** As `entryKey`. */
  readonly key: string;
  readonly connection: Connection;
  readonly app: App;
  readonly client: AnyClient;
  readonly session: Session;
  /** The broker's API: calls go there and nowhere else. */
  readonly origin: string;
  /** The proxy by which calls go there; without one directly. */
  readonly egress: Secret | undefined;
  /** The headers that carry the session, names and values in turn. */
  readonly authHeaders: readonly string[];
  /** Their names in small letters: of a broker's answer they are not passed on. */
  readonly authNames: ReadonlySet<string>;
  /** Of a caller's headers, those that are forwarded. */
  readonly forwarded: readonly string[];
  /** What an answer's body may not repeat. */
  readonly credentials: Credentials;
  /** What an answer's headers may not repeat. */
  readonly headerCredentials: Credentials;
  /** When the vendor session ends; `Infinity` where there is none. ms since 1970, UTC */
  readonly vendorEndsAt: number;
  /** Equal as long as nothing in the database asks for another entry. */
  readonly version: string;
}

/** Under which a connection's entry is remembered. */
export const entryKey = (tenant: string, id: string): string => `${tenant}\n${id}`;

/** The rows that an entry follows from. */
export interface EntryRows {
  readonly connection: Connection | undefined;
  readonly app: App | undefined;
  readonly vendor: VendorSession | undefined;
}

export async function entryRows(
  { store, brokers }: Pick<Ports, "store" | "brokers">,
  tenant: string,
  id: string,
): Promise<EntryRows> {
  const connection = await store.connections.get(tenant, id);
  if (!connection) return { connection, app: undefined, vendor: undefined };
  const shared = brokers.traits[connection.broker].vendorSession;
  const [app, vendor] = await Promise.all([
    store.apps.get(tenant, connection.app),
    shared ? store.vendorSessions.get(tenant, connection.app) : undefined,
  ]);
  return { connection, app, vendor };
}

export function versionOf({ connection, app, vendor }: EntryRows): string {
  const session = connection && [
    connection.generation,
    connection.status,
    connection.sealedSession !== null,
    connection.sealedEgress && Buffer.from(connection.sealedEgress).toString("base64"),
  ];
  return JSON.stringify([
    session,
    app?.updatedAt,
    vendor && [vendor.generation, vendor.loggedOutAt, vendor.sealedSession !== null],
  ]);
}

/**
 * What no answer may repeat. The app's own keys are looked for in headers alone: a broker may name the app in the body of
 * every answer, and whoever calls brings the app along.
 */
function secretsOf(
  ports: Pick<Ports, "vault" | "brokers">,
  app: App,
  session: Session,
  sent: readonly string[],
) {
  const { keys } = ports.brokers.traits[app.broker];
  const registered = Object.entries(openAppKeys(ports, app));
  const values = [...Object.values(session.secrets).map((secret) => secret.reveal()), ...sent];
  const ofApp = new Set(registered.map(([, value]) => String(value)));
  const open = registered.filter(([name]) => keys[name]?.secret !== true).map(([, value]) => String(value));
  const isOpen = (value: string) => value === session.account || open.includes(value);
  return {
    credentials: credentialsOf(values.filter((value) => value !== session.account && !ofApp.has(value))),
    headerCredentials: credentialsOf(values.filter((value) => !isOpen(value))),
  };
}

/** How often the vendor session may be found renewed while the headers are made. */
const rounds = 3;

/**
 * Works out what calls with a connection need.
 * @throws Problem as `liveSession`; KunjiError as the client's `callHeaders`; StoreProblem
 */
export async function makeEntry(ports: Ports, tenant: string, id: string): Promise<ProxyEntry> {
  const { connection, app, client, session } = await liveSession(ports, tenant, id, {});
  const shared = ports.brokers.traits[app.broker].vendorSession;
  const vendorRow = async () => (shared ? ports.store.vendorSessions.get(tenant, app.id) : undefined);
  let vendor = await vendorRow();
  let headers = await client.callHeaders(session);
  for (let round = 0; shared; round++) {
    const later = await vendorRow();
    if (later?.generation === vendor?.generation || round === rounds) break;
    vendor = later;
    headers = await client.callHeaders(session);
  }
  const pairs = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
  const authNames = new Set(pairs.map(([name]) => name.toLowerCase()));
  const values = pairs.map(([, value]) => value);
  return {
    key: entryKey(tenant, id),
    connection,
    app,
    client,
    session,
    origin: new URL(client.origins.api).origin,
    egress: egressOf(ports, app, connection),
    authHeaders: pairs.flat(),
    authNames,
    forwarded: forwardedHeaders.filter((name) => !authNames.has(name)),
    ...secretsOf(ports, app, session, values),
    vendorEndsAt: vendor?.endsAt ?? Number.POSITIVE_INFINITY,
    version: versionOf({ connection, app, vendor }),
  };
}

/** When an entry ends if its session was last used at `usedAt`; `Infinity` where nobody knows. ms since 1970, UTC */
export function entryEndsAt(
  { client, session, vendorEndsAt }: ProxyEntry,
  usedAt: number,
  now: number,
): number {
  const end = client.endsAt({ ...session, usedAt: Math.max(session.usedAt, usedAt) }, now);
  return Math.min(end.known ? end.at : Number.POSITIVE_INFINITY, vendorEndsAt);
}
