import { endsAt } from "kunji";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import { canBeRenewed } from "../domain/renewal.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { dueOfSession } from "./due-of-session.js";
import { needLogin } from "./need-login.js";
import { openConnection } from "./open-connection.js";
import { probeSession } from "./probe-session.js";
import { leaseMs } from "./refresh-session.js";
import { renewUnderLease } from "./renew-under-lease.js";
import { dueWarning, warnOfEnd } from "./warn-of-end.js";

/** How many connections are claimed at once: as many as can be looked after together, well within a lease. */
const atOnce = 50;

async function lookAgainAt(ports: Ports, connection: Connection, dueAt: number | null): Promise<void> {
  const { tenant, id, generation } = connection;
  await ports.store.connections.change(tenant, id, { generation }, { dueAt, at: ports.now() });
}

/** Does what is due of one connection, under a lease that `owner` holds. */
async function lookAfter(ports: Ports, claimed: Connection, owner: string): Promise<void> {
  const { status, triedAt, reason } = claimed;
  if (status !== "active" && status !== "unsure") return lookAgainAt(ports, claimed, null);
  // A try was written down, and nobody is at work on it any more.
  const connection = triedAt === null ? claimed : await renewUnderLease(ports, claimed, owner, false);
  if (connection.status === "unsure") return void (await probeSession(ports, connection, owner));
  const { client, session } = await openConnection(ports, connection);
  if (!session) return lookAgainAt(ports, connection, null);
  if (canBeRenewed({ traits: client.traits, session, reason }, ports.now()))
    return void (await renewUnderLease(ports, connection, owner, false));
  const end = endsAt(session, ports.now());
  if (end.ended) return void (await needLogin(ports, connection, "session_over"));
  const warning = end.known ? dueWarning(ports, connection, end.at) : undefined;
  const { warnedSoonAt = connection.warnedSoonAt, warnedEveningAt = connection.warnedEveningAt } =
    warning?.change ?? {};
  const dueAt = dueOfSession(ports, session, { warnedSoonAt, warnedEveningAt, reason });
  if (warning && end.known) return warnOfEnd(ports, connection, end.at, warning, dueAt);
  return lookAgainAt(ports, connection, dueAt);
}

/**
 * Looks after the connections that are due, in any number of gateways at once: renews, probes, warns and ends sessions. Answers
 * how many it has claimed; call it again at once while that isn't 0. A connection that fails keeps its lease, and is looked at
 * again when that has run out.
 * @throws StoreProblem where nothing could be claimed
 */
export async function lookAfterDue(ports: Ports): Promise<number> {
  const { store, signals, now, randomBytes } = ports;
  const owner = newToken(randomBytes).reveal();
  const claimed = await store.dueWork.claimConnections({ now: now(), limit: atOnce, owner, ms: leaseMs });
  await Promise.all(
    claimed.map(async (connection) => {
      const { tenant, id } = connection;
      try {
        await lookAfter(ports, connection, owner);
        await store.connections.release(tenant, id, owner);
      } catch (error) {
        const code = error instanceof Problem ? error.code : (error as { code?: unknown }).code;
        signals.warn("look_after_failed", {
          tenant,
          connection: id,
          code: typeof code === "string" ? code : null,
        });
      }
    }),
  );
  return claimed.length;
}
