import type { Code } from "../ports/codes.js";
import type { ConnectionSummary } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { discardErased } from "./discard-erased.js";
import { recordEvent } from "./record-event.js";

const reason = "confirmation_expired";
/** How many connections are looked at between two questions to the database. */
const batch = 100;
/** How many sessions are logged out at once. */
const atOnce = 20;
/** How many counts of orders are forgotten by one statement. */
const forgottenAtOnce = 1_000;

async function expire(ports: Ports, { tenant, id, generation }: ConnectionSummary): Promise<boolean> {
  return ports.store.transaction(async (parts) => {
    const expected = { generation, status: ["pending"] } as const;
    const change = { status: "new", reason, at: ports.now() } as const;
    if (!(await parts.connections.change(tenant, id, expected, change))) return false;
    await recordEvent(parts, ports, tenant, {
      type: "connection.login_failed",
      connection: id,
      data: { reason },
    });
    return true;
  });
}

/** Logs out the session that a word never came for, and that is erased already. */
async function discard(ports: Ports, code: Code): Promise<void> {
  const connection = await ports.store.connections.get(code.tenant, code.connection);
  if (connection)
    await discardErased(ports, { connection: { ...connection, sealedSession: null }, waiting: [code] });
}

/** Erases the sessions that have waited in vain, and logs them out where the broker can. */
async function discardExpired(ports: Ports): Promise<void> {
  for (;;) {
    const codes = await ports.store.dueWork.takeExpiredCodes(ports.now(), atOnce);
    await Promise.all(codes.map((code) => discard(ports, code)));
    if (codes.length < atOnce) return;
  }
}

/** Whoever has sent no order for a minute is forgotten: the connection may be closed, or its tenant have ended. */
async function forgetOrders({ store }: Ports): Promise<void> {
  while ((await store.dueWork.forgetOrderTimes(forgottenAtOnce)) === forgottenAtOnce);
}

/**
 * Gives up the logins that nobody confirmed in time: their connections are new again, and what waited for a word is erased
 * and logged out. What has expired besides is forgotten. Answers how many connections that were.
 */
export async function expireLogins(ports: Ports): Promise<number> {
  let expired = 0;
  for (;;) {
    const found = await ports.store.dueWork.pendingWithoutCode(ports.now(), batch);
    let changed = 0;
    for (const connection of found) if (await expire(ports, connection)) changed++;
    expired += changed;
    // Rows that another gateway changed meanwhile are left for the next time.
    if (found.length < batch || changed === 0) break;
  }
  await ports.store.dueWork.forgetExpired(ports.now());
  await forgetOrders(ports);
  await discardExpired(ports);
  return expired;
}
