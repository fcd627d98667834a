import type { ConnectionSummary } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { recordEvent } from "./record-event.js";

const reason = "confirmation_expired";
/** How many connections are looked at between two questions to the database. */
const batch = 100;

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

/**
 * Gives up the logins that nobody confirmed in time: their connections are new again, and what waited for a word is erased.
 * Answers how many connections that were.
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
  return expired;
}
