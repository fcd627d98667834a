import { endsAt, KunjiError, Secret } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection, NewSession } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { discardSession } from "./discard-session.js";
import { dueOfSession } from "./due-of-session.js";
import { mayHave } from "./login/settle-login.js";
import { recordEvent } from "./record-event.js";
import { sealSession, sessionColumns } from "./seal-session.js";
import { type NamedSession, takeWaiting } from "./waiting-session.js";

/** What the tenant's server redeems: the code from the return URL, for the user of its own browser session. */
export interface Confirmation {
  readonly code: string;
  readonly user: string;
}

async function openRow({ store }: Ports, tenant: string, id: string): Promise<Connection> {
  const connection = await store.connections.get(tenant, id);
  if (!connection) throw new Problem("not_found");
  if (connection.status === "closed") throw new Problem("connection_closed");
  return connection;
}

/** @throws Problem where this session may not become the connection's, whoever asks */
function demandFit(ports: Ports, connection: Connection, session: NamedSession, user: string): void {
  const { broker } = connection;
  if (connection.user !== user) throw new Problem("user_mismatch", { broker });
  if (!mayHave(connection, session.account)) throw new Problem("account_mismatch", { broker });
  if (endsAt(session, ports.now()).ended) throw new Problem("login_needed", { broker });
  // A login that began later has its session confirmed already.
  if ((connection.startedAt ?? 0) > session.startedAt) throw new Problem("login_superseded", { broker });
}

async function put(
  ports: Ports,
  { tenant, id, generation }: Connection,
  session: NewSession,
  key: string | null,
): Promise<Connection | undefined> {
  return ports.store.transaction(async (parts) => {
    const active = await parts.connections.putSession(tenant, id, generation, session);
    if (!active) return undefined;
    // The login was a use of the session: the other connections that share it live on as well.
    await parts.connections.touch(tenant, id, { at: session.usedAt, endsAt: session.endsAt });
    await parts.changes.announce({ tenant, kind: "connection", id });
    const ends = active.endsAt === null ? null : new Date(active.endsAt).toISOString();
    const data = { account: active.account, generation: active.generation, ends_at: ends };
    await recordEvent(parts, ports, tenant, { type: "connection.active", connection: id, data, key });
    return active;
  });
}

/** How often a confirmation looks again at a row that a renewal has overtaken. */
const looks = 5;

/** Stores the session as the connection's, on top of whatever older one it has by now. */
async function store(
  ports: Ports,
  connection: Connection,
  session: NamedSession,
  { user, key }: { readonly user: string; readonly key: string | null },
): Promise<Connection> {
  const { tenant, id } = connection;
  const row = {
    ...sessionColumns(session),
    account: session.account,
    sealedSession: await sealSession(ports, tenant, id, session),
    dueAt: dueOfSession(ports, session),
    status: "active",
    reason: null,
    at: ports.now(),
  } as const;
  let current = connection;
  for (let look = 0; look < looks; look++) {
    demandFit(ports, current, session, user);
    const active = await put(ports, current, row, key);
    if (active) return active;
    current = await openRow(ports, tenant, id);
  }
  throw new Problem("busy");
}

async function appOf({ store }: Ports, { tenant, app: id, broker }: Connection): Promise<App> {
  const app = await store.apps.get(tenant, id);
  if (!app) throw new Problem("app_unusable", { broker });
  return app;
}

async function noteRefusal(ports: Ports, { tenant, id }: Connection, key: string | null, reason: string) {
  const record = { at: ports.now(), key, kind: "connection", id, facts: { reason } } as const;
  await ports.store.audit.append(tenant, { ...record, action: "connection.confirm_fail" });
}

/**
 * Makes a connection active with the session that its user's login has left waiting. The code is used by it, whatever
 * becomes of it; a session that is refused is discarded.
 * @param key the API key's id, for the audit
 * @throws Problem `not_found`, `connection_closed`, `code_refused`, `user_mismatch`, `account_mismatch`, `login_needed`,
 *   `login_superseded`, `busy`
 */
export async function confirmConnection(
  ports: Ports,
  tenant: string,
  id: string,
  { code, user }: Confirmation,
  key: string | null = null,
): Promise<Connection> {
  const connection = await openRow(ports, tenant, id);
  const { broker } = connection;
  const app = await appOf(ports, connection);
  let session: NamedSession | undefined;
  try {
    session = await takeWaiting(ports, connection, "code", new Secret(code));
    if (!session) throw new Problem("code_refused", { broker });
    const active = await store(ports, connection, session, { user, key });
    ports.signals.loginFinished(broker);
    return active;
  } catch (error) {
    if (!(error instanceof Problem || error instanceof KunjiError)) throw error;
    ports.signals.loginRefused(broker, error.code);
    await noteRefusal(ports, connection, key, error.code);
    if (session) await discardSession(ports, app, session, connection);
    throw error;
  }
}
