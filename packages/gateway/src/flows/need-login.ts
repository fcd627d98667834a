import { isoOf } from "../domain/iso-time.js";
import type { Connection, ConnectionSummary } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { makeConnectLink, sentLinkMs } from "./connect-link.js";
import { readAgain } from "./open-connection.js";
import { recordEvent } from "./record-event.js";

/** Why a session can't be used any more. */
export type EndReason =
  | "session_over"
  | "broker_ended"
  | "refresh_refused"
  | "account_mismatch"
  | "outcome_unknown";

/** When a session was over, where its own end says it: noted it may be later. */
const endedAt = ({ endsAt }: ConnectionSummary, reason: EndReason, now: number): number | undefined =>
  reason === "session_over" && endsAt !== null && endsAt <= now ? endsAt : undefined;

/** Ends the sessions of these connections of a tenant, as they were read; those that have changed since are left alone. */
async function endSessions(
  ports: Ports,
  tenant: string,
  connections: readonly ConnectionSummary[],
  reason: EndReason,
): Promise<void> {
  const links = new Map(
    await Promise.all(
      connections.map(
        async (connection) => [connection.id, await makeConnectLink(ports, connection, sentLinkMs)] as const,
      ),
    ),
  );
  await ports.store.transaction(async (parts) => {
    const ended: { readonly id: string; readonly at: number | undefined }[] = [];
    const ids = connections.map(({ id }) => id);
    await parts.connections.hold(tenant, ids);
    for (const connection of connections) {
      const { id, generation } = connection;
      const changed = await parts.connections.change(
        tenant,
        id,
        { generation, status: ["active", "unsure"] },
        {
          status: "login_needed",
          reason,
          sealedSession: null,
          endsAt: null,
          dueAt: null,
          triedAt: null,
          triedWhat: null,
          at: ports.now(),
        },
      );
      if (changed) ended.push({ id, at: endedAt(connection, reason, ports.now()) });
    }
    for (const { id } of ended) await parts.changes.announce({ tenant, kind: "connection", id });
    for (const { id, at } of ended) {
      const link = links.get(id);
      await recordEvent(parts, ports, tenant, {
        type: "connection.login_needed",
        connection: id,
        data: {
          reason,
          ...(at !== undefined && { ended_at: isoOf(at) }),
          connect_url: link?.url ?? null,
          connect_url_expires_at: link ? isoOf(link.expiresAt) : null,
        },
      });
    }
  });
}

/**
 * Marks a connection as in need of a login, erases its session and tells of it with a link. A connection that has changed since
 * it was read is left alone. Answers what is on file afterwards.
 */
export async function needLogin(
  ports: Ports,
  connection: Connection,
  reason: EndReason,
): Promise<Connection> {
  await endSessions(ports, connection.tenant, [connection], reason);
  return readAgain(ports, connection);
}

/** As `needLogin`, also for the other connections that share the broker's session. */
export async function needLoginOfAll(
  ports: Ports,
  connection: Connection,
  reason: EndReason,
): Promise<Connection> {
  const { tenant, id } = connection;
  const others = await ports.store.connections.sharing(tenant, id);
  await endSessions(ports, tenant, [connection, ...others], reason);
  return readAgain(ports, connection);
}
