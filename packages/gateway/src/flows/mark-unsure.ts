import { isoOrNull } from "../domain/iso-time.js";
import { jitter } from "../domain/jitter.js";
import { probeDelay } from "../domain/probe-delay.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { readAgain } from "./open-connection.js";
import { recordEvent } from "./record-event.js";

/**
 * Marks a connection as unsure: what was tried may or may not have taken effect. It is probed within seconds, then at growing
 * distances. Whoever reads events is told once. `reason` is an error's code.
 */
export async function markUnsure(ports: Ports, connection: Connection, reason: string): Promise<Connection> {
  const { tenant, id, generation } = connection;
  const { store, now, randomBytes } = ports;
  const dueAt = now() + probeDelay(connection, now(), jitter(randomBytes));
  const changed = await store.transaction(async (parts) => {
    const marked = await parts.connections.change(
      tenant,
      id,
      { generation, status: ["active", "unsure"] },
      { status: "unsure", reason, dueAt, at: now() },
    );
    if (!marked || connection.status === "unsure") return marked;
    await parts.changes.announce({ tenant, kind: "connection", id });
    await recordEvent(parts, ports, tenant, {
      type: "connection.unsure",
      connection: id,
      data: { reason, ends_at: isoOrNull(marked.endsAt) },
    });
    return marked;
  });
  return changed ?? readAgain(ports, connection);
}
