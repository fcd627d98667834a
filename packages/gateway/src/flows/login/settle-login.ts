import { type AnyClient, KunjiError, type Session } from "kunji";
import { Problem } from "../../domain/problem.js";
import { newToken } from "../../domain/random-text.js";
import { returnUrlWith } from "../../domain/return-url.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { discardSession } from "../discard-session.js";
import { recordEvent } from "../record-event.js";
import { keepWaiting, type NamedSession, waitingRow } from "../waiting-session.js";
import { releaseBrowser } from "./browser-cookie.js";
import { failLogin, type LoginPlace } from "./fail-login.js";
import type { LoginStep } from "./login-step.js";

/** Whether this connection may have a session of that account. */
export const mayHave = (
  { expectedAccount, account }: Pick<Connection, "expectedAccount" | "account">,
  named: string,
): boolean => (expectedAccount ?? named) === named && (account ?? named) === named;

/**
 * The session, proven by the broker's first call, of the account that it must be. One that is refused is logged out where
 * the broker can; what came by the browser alone is a claim until then, and nothing to log out.
 */
export async function provenSession(
  ports: Ports,
  { app }: LoginPlace,
  connection: Connection,
  client: AnyClient,
  session: Session,
): Promise<NamedSession> {
  const { broker } = app;
  let proven = session;
  try {
    proven = await client.prove(session);
    const { account } = proven;
    if (account === undefined) throw new KunjiError("answer_unreadable", { broker, field: "account" });
    if (!mayHave(connection, account)) throw new Problem("account_mismatch", { broker });
    return { ...proven, account };
  } catch (error) {
    if (proven.confirmed) await discardSession(ports, app, proven, connection);
    throw error;
  }
}

/** Sends the browser back to the app with the one-time code that only the tenant's server can redeem. */
export async function giveCode(
  ports: Ports,
  { app, returnUrl }: LoginPlace,
  connection: Connection,
  session: NamedSession,
): Promise<LoginStep> {
  const { tenant, id, generation } = connection;
  const code = newToken(ports.randomBytes);
  const row = await waitingRow(ports, connection, "code", code, session);
  const kept = await ports.store.transaction(async (parts) => {
    if (!(await keepWaiting(parts, row))) return false;
    const noted = { at: ports.now(), key: null, action: "connection.login", kind: "connection", id } as const;
    const expected = { generation, status: ["new"] } as const;
    const change = { status: "pending", reason: null, at: ports.now() } as const;
    if (!(await parts.connections.change(tenant, id, expected, change))) {
      await parts.audit.append(tenant, noted);
      return true;
    }
    // Whose account it is stays untold until the tenant's server has confirmed it.
    await recordEvent(parts, ports, tenant, { type: "connection.pending", connection: id, data: {} });
    await parts.audit.append(tenant, noted);
    return true;
  });
  if (!kept) {
    await discardSession(ports, app, session, connection);
    throw new Problem("connection_closed");
  }
  const to = returnUrlWith(returnUrl, { connection: id, code: code.reveal() });
  return { kind: "go", to, cookie: releaseBrowser(ports, app.handle) };
}

/** Carries out a login's end, and leads the browser back to the app where it is refused. */
export async function orBack(
  ports: Ports,
  place: LoginPlace,
  end: () => Promise<LoginStep>,
): Promise<LoginStep> {
  try {
    return await end();
  } catch (error) {
    return failLogin(ports, place, error);
  }
}
