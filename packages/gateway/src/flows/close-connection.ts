import { Problem } from "../domain/problem.js";
import { isKeyAbsent } from "../domain/vault-error.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { discardErased } from "./discard-erased.js";
import { recordEvent } from "./record-event.js";
import { openSession } from "./seal-session.js";

/** Another gateway has the key, and can log out what would only be erased here. @throws VaultError `key_absent` */
function demandKey(ports: Ports, connection: Connection): void {
  try {
    openSession(ports, connection);
  } catch (error) {
    if (isKeyAbsent(error)) throw error;
  }
}

/**
 * Closes a connection for good: erases its session first, and those of logins that wait for a word, then logs them out where
 * the broker can and no other connection shares them. Closing a closed one changes nothing.
 * @param key the API key's id, for the audit; `null` for the gateway itself
 * @throws Problem `not_found`; VaultError `key_absent`
 */
export async function closeConnection(
  ports: Ports,
  tenant: string,
  id: string,
  key: string | null,
): Promise<void> {
  const at = ports.now();
  const erased = await ports.store.transaction(async (parts) => {
    const found = await parts.connections.get(tenant, id);
    if (!found) throw new Problem("not_found");
    demandKey(ports, found);
    const closed = await parts.connections.close(tenant, id, at);
    if (!closed) return undefined;
    await parts.changes.announce({ tenant, kind: "connection", id });
    await recordEvent(parts, ports, tenant, { type: "connection.closed", connection: id, data: {}, key });
    return { connection: found, waiting: closed.waiting };
  });
  // Of several that share a session and are closed at once, the last to be erased finds no other.
  if (erased) await discardErased(ports, erased);
}
