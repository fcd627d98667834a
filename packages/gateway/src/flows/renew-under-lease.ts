import { type AnyClient, endsAt, KunjiError, type Session } from "kunji";
import { tryNumber } from "../domain/probe-delay.js";
import { Problem } from "../domain/problem.js";
import { canBeRenewed } from "../domain/renewal.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { keepRenewed } from "./keep-renewed.js";
import { markUnsure } from "./mark-unsure.js";
import { openConnection, readAgain } from "./open-connection.js";
import { renewalFailed } from "./renewal-failed.js";

/**
 * Writes the try down, and makes the row due: whoever finds it after the lease knows that its outcome is unknown. The lease must
 * last for a call that leaves as late as a call may take. Answers the row with its try: nothing that may fail stands between it
 * and the call.
 */
async function noteTry(ports: Ports, connection: Connection, owner: string): Promise<Connection | undefined> {
  const { tenant, id, generation, status, triedWhat, leaseUntil } = connection;
  const at = ports.now();
  if ((leaseUntil ?? 0) - (await ports.store.clock()) < 2 * ports.renewals.callMs) return undefined;
  const number = status === "unsure" ? tryNumber(triedWhat) + 1 : 1;
  const what = number === 1 ? "refresh" : `refresh ${number}`;
  return ports.store.transaction(async (parts) => {
    const noted = await parts.connections.noteTry(tenant, id, owner, { generation, what, at });
    return noted ? parts.connections.change(tenant, id, { generation }, { dueAt: at, at }) : undefined;
  });
}

/** A session with what renews it. */
interface Renewable {
  readonly client: AnyClient;
  readonly session: Session;
  readonly refresh: NonNullable<AnyClient["refresh"]>;
}

/** Writes the try down and sends it; answers what is on file afterwards. */
async function tryToRenew(
  ports: Ports,
  connection: Connection,
  { client, session, refresh }: Renewable,
  owner: string,
  dead: boolean,
): Promise<Connection> {
  const { broker } = connection;
  const tried = await noteTry(ports, connection, owner);
  if (!tried) {
    const current = await readAgain(ports, connection);
    if (current.generation !== connection.generation) return current;
    throw new Problem("busy", { broker, retryAfterS: 5 });
  }
  let newer: Session;
  try {
    newer = await refresh(session);
  } catch (error) {
    if (!(error instanceof KunjiError)) throw error;
    const over = dead || endsAt(session, ports.now()).ended;
    return renewalFailed(ports, { connection: tried, session, dead, over }, error);
  }
  ports.signals.refreshed(broker, "renewed");
  return keepRenewed(ports, connection, client, newer);
}

/**
 * Renews a session under a lease that `owner` holds. A row with a try whose outcome nobody wrote down is marked unsure instead,
 * unless the session is known to be `dead`: then another try harms nothing. Answers what is on file afterwards.
 * @throws Problem `busy` where the lease is too short for a call, `app_unusable`; StoreProblem, VaultError
 */
export async function renewUnderLease(
  ports: Ports,
  connection: Connection,
  owner: string,
  dead: boolean,
): Promise<Connection> {
  const { status, triedAt, reason } = connection;
  if (!dead && status === "unsure") return connection;
  if (!dead && triedAt !== null) return markUnsure(ports, connection, "outcome_unknown");
  const { client, session } = await openConnection(ports, connection);
  const { traits, refresh } = client;
  if (!session || !refresh) return connection;
  if (!canBeRenewed({ traits, session, reason }, ports.now())) return connection;
  // One that has stood still meanwhile sends nothing: others may be at it by then.
  return ports.brokers.inTime(ports.renewals.callMs, () =>
    tryToRenew(ports, connection, { client, session, refresh }, owner, dead),
  );
}
