import { setTimeout as wait } from "node:timers/promises";
import type { AnyClient, Session } from "kunji";
import { errorCode } from "../domain/error-code.js";
import { isoOrNull } from "../domain/iso-time.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { StoreProblem } from "../ports/store-problem.js";
import { dueOfSession } from "./due-of-session.js";
import { readAgain } from "./open-connection.js";
import { recordEvent } from "./record-event.js";
import { sealSession, sessionColumns } from "./seal-session.js";

/** The waits between tries to write grow to the last of these, in ms: what the broker handed out exists nowhere else. */
const waits = [100, 200, 400, 800, 1_000];

/** Tries again while the lease that the session was bought under may live, whatever of it had passed by then. */
async function persistently<T>(
  { renewals, monotonicMs }: Pick<Ports, "renewals" | "monotonicMs">,
  work: () => Promise<T>,
): Promise<T> {
  const until = monotonicMs() + renewals.leaseMs;
  for (let tries = 0; ; tries++)
    try {
      return await work();
    } catch (error) {
      const later = error instanceof StoreProblem && error.later;
      if (!later || monotonicMs() >= until) throw error;
      await wait(waits[Math.min(tries, waits.length - 1)]);
    }
}

/**
 * Stores a renewed session as the next generation, with its event, if the generation is still the one it was bought with; a
 * connection that was closed meanwhile is logged out where the broker can. Answers what is on file afterwards.
 */
export async function keepRenewed(
  ports: Ports,
  connection: Connection,
  client: AnyClient,
  newer: Session,
): Promise<Connection> {
  const { tenant, id, generation, account } = connection;
  const sealedSession = await persistently(ports, () => sealSession(ports, tenant, id, newer));
  const columns = sessionColumns(ports, newer);
  const kept = await persistently(ports, () =>
    ports.store.transaction(async (parts) => {
      const put = await parts.connections.putSession(tenant, id, generation, {
        ...columns,
        sealedSession,
        account: newer.account ?? account ?? "",
        dueAt: dueOfSession(ports, newer),
        status: "active",
        reason: null,
        at: ports.now(),
      });
      if (!put) return undefined;
      await parts.changes.announce({ tenant, kind: "connection", id });
      await recordEvent(parts, ports, tenant, {
        type: "connection.refreshed",
        connection: id,
        data: {
          generation: put.generation,
          ends_at: isoOrNull(put.endsAt),
        },
      });
      return put;
    }),
  );
  if (kept) return kept;
  const current = await readAgain(ports, connection);
  if (current.status === "closed")
    await client.logout?.(newer).catch((error: unknown) => {
      const { broker } = connection;
      ports.signals.warn("logout_failed", { broker, connection: id, code: errorCode(error) });
    });
  return current;
}
