import { endsAt, KunjiError, Secret } from "kunji";
import { isoOrNull } from "../domain/iso-time.js";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection, ConnectionSummary, NewSession } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import { discardSession } from "./discard-session.js";
import { dueOfSession } from "./due-of-session.js";
import { mayHave } from "./login/settle-login.js";
import { recordEvent } from "./record-event.js";
import { sealSession, sessionColumns } from "./seal-session.js";
import { findWaiting, type NamedSession } from "./waiting-session.js";

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

/** Why this session may not become the connection's, whoever asks; `undefined` where it may. */
function misfit(
  ports: Ports,
  connection: ConnectionSummary,
  session: NamedSession,
  user: string,
): Problem | undefined {
  const { broker } = connection;
  if (connection.user !== user) return new Problem("user_mismatch", { broker });
  if (!mayHave(connection, session.account)) return new Problem("account_mismatch", { broker });
  if (endsAt(session, ports.now()).ended) return new Problem("login_needed", { broker });
  // A login that began later has its session confirmed already.
  if ((connection.startedAt ?? 0) > session.startedAt) return new Problem("login_superseded", { broker });
  return undefined;
}

/** Writes the session down as the connection's next one. `undefined` where it is closed. */
async function put(
  ports: Ports,
  parts: StoreParts,
  { tenant, id, generation }: ConnectionSummary,
  session: NewSession,
  key: string | null,
): Promise<Connection | undefined> {
  const active = await parts.connections.putSession(tenant, id, generation, session);
  if (!active) return undefined;
  // The login was a use of the session: the other connections that share it live on as well.
  await parts.connections.touch(tenant, id, { at: session.usedAt, endsAt: session.endsAt });
  await parts.changes.announce({ tenant, kind: "connection", id });
  const ends = isoOrNull(active.endsAt);
  const data = { account: active.account, generation: active.generation, ends_at: ends };
  await recordEvent(parts, ports, tenant, { type: "connection.active", connection: id, data, key });
  return active;
}

/** Tells the tenant of a login that was discarded: somebody may have been led to finish another one's. */
async function noteRefusal(
  ports: Ports,
  parts: StoreParts,
  { tenant, id, generation }: ConnectionSummary,
  reason: Problem["code"],
  key: string | null,
): Promise<void> {
  const change = { status: "new", reason, at: ports.now() } as const;
  await parts.connections.change(tenant, id, { generation, status: ["pending"] }, change);
  await parts.changes.announce({ tenant, kind: "connection", id });
  const data = { reason };
  await recordEvent(parts, ports, tenant, { type: "connection.login_failed", connection: id, data, key });
}

/** What became of a code: the connection is active, or the session that waited for it is nobody's any more. */
type Redeemed = { readonly active: Connection } | { readonly refused: Problem; readonly taken: boolean };

/** Takes the code and stores its session, or refuses it, in one: where the database fails, the code stays good. */
async function redeem(
  ports: Ports,
  connection: Connection,
  { session, claim }: NonNullable<Awaited<ReturnType<typeof findWaiting>>>,
  { user, key }: { readonly user: string; readonly key: string | null },
): Promise<Redeemed> {
  const { tenant, id, app, broker } = connection;
  const row = {
    ...sessionColumns(ports, session),
    account: session.account,
    sealedSession: await sealSession(ports, tenant, id, session),
    dueAt: dueOfSession(ports, session),
    status: "active",
    reason: null,
    at: ports.now(),
  } as const;
  return ports.store.transaction(async (parts): Promise<Redeemed> => {
    const held = await parts.connections.hold(tenant, [id], { app, key: row.sessionKey });
    const current = held.find((one) => one.id === id);
    if (!current || !(await parts.codes.take(tenant, claim)))
      return { refused: new Problem("code_refused", { broker }), taken: false };
    const refused = misfit(ports, current, session, user);
    if (refused) {
      await noteRefusal(ports, parts, current, refused.code, key);
      return { refused, taken: true };
    }
    const active = await put(ports, parts, current, row, key);
    return active ? { active } : { refused: new Problem("connection_closed"), taken: true };
  });
}

async function appOf({ store }: Ports, { tenant, app: id, broker }: Connection): Promise<App> {
  const app = await store.apps.get(tenant, id);
  if (!app) throw new Problem("app_unusable", { broker });
  return app;
}

/** Writes down that a code found nothing: what a login that was discarded leaves is written with its event. */
async function noteCodeRefused(ports: Ports, { tenant, id }: Connection, key: string | null, reason: string) {
  const record = { at: ports.now(), key, kind: "connection", id, facts: { reason } } as const;
  await ports.store.audit.append(tenant, { ...record, action: "connection.confirm_fail" });
}

/**
 * Makes a connection active with the session that its user's login has left waiting. The code is used by it, whatever
 * is said to it; a session that is refused is discarded. Where the database fails the code stays good.
 * @param key the API key's id, for the audit
 * @throws Problem `not_found`, `connection_closed`, `code_refused`, `user_mismatch`, `account_mismatch`, `login_needed`,
 *   `login_superseded`; StoreProblem
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
  let taken = false;
  try {
    const waiting = await findWaiting(ports, connection, "code", new Secret(code));
    if (!waiting) throw new Problem("code_refused", { broker });
    const redeemed = await redeem(ports, connection, waiting, { user, key });
    if ("active" in redeemed) {
      ports.signals.loginFinished(broker);
      return redeemed.active;
    }
    ({ taken } = redeemed);
    if (taken) await discardSession(ports, app, waiting.session, connection);
    throw redeemed.refused;
  } catch (error) {
    if (!(error instanceof Problem || error instanceof KunjiError)) throw error;
    ports.signals.loginRefused(broker, error.code);
    if (!taken) await noteCodeRefused(ports, connection, key, error.code);
    throw error;
  }
}
