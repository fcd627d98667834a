import { KunjiError, type Session } from "kunji";
import { Problem } from "../domain/problem.js";
import { VaultError } from "../domain/vault-error.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { discardSession } from "./discard-session.js";
import { recordEvent } from "./record-event.js";
import { openSession } from "./seal-session.js";

/** The session that was erased, which must still be logged out; none where what was on file can't be opened. */
function erasedSession(ports: Ports, connection: Connection): Session | undefined {
  try {
    return openSession(ports, connection);
  } catch (error) {
    if (!(error instanceof VaultError || error instanceof KunjiError)) throw error;
    const { tenant, id } = connection;
    ports.signals.warn("session_unreadable", { tenant, connection: id });
    return undefined;
  }
}

/**
 * Closes a connection for good: erases its session first, then logs it out where the broker can and no other connection
 * shares it. Closing a closed one changes nothing.
 * @param key the API key's id, for the audit; `null` for the gateway itself
 * @throws Problem `not_found`
 */
export async function closeConnection(
  ports: Ports,
  tenant: string,
  id: string,
  key: string | null,
): Promise<void> {
  const at = ports.now();
  const before = await ports.store.transaction(async (parts) => {
    const found = await parts.connections.get(tenant, id);
    if (!found) throw new Problem("not_found");
    if (!(await parts.connections.close(tenant, id, at))) return undefined;
    await parts.changes.announce({ tenant, kind: "connection", id });
    await recordEvent(parts, ports, tenant, { type: "connection.closed", connection: id, data: {}, key });
    return found;
  });
  const session = before && erasedSession(ports, before);
  const app = session && (await ports.store.apps.get(tenant, before.app));
  // Of several that share it and are closed at once, the last to be erased finds no other.
  if (app) await discardSession(ports, app, session, before);
}
