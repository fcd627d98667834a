import { endsAt, type KunjiError, type Session } from "kunji";
import { jitter } from "../domain/jitter.js";
import type { Connection, ConnectionChange } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { dueOfSession } from "./due-of-session.js";
import { markUnsure } from "./mark-unsure.js";
import { needLogin } from "./need-login.js";
import { readAgain } from "./open-connection.js";

/** A try to renew that did not bring a session. */
export interface FailedRenewal {
  readonly connection: Connection;
  readonly session: Session;
  /** The broker has said that the session on file is dead. */
  readonly dead: boolean;
  /** It is dead, or its own end has passed. */
  readonly over: boolean;
}

/** When to try again while the session lives: after a quarter of what is left of it, in half a minute to five minutes. */
function retryAt({ now, randomBytes }: Ports, session: Session, error: KunjiError): number {
  const end = endsAt(session, now());
  const left = end.known ? end.at - now() : 0;
  const delay = Math.min(300_000, Math.max(30_000, left / 4)) * (1 + 0.2 * jitter(randomBytes));
  return Math.floor(now() + Math.max(delay, (error.retryAfterS ?? 0) * 1000));
}

async function stay(ports: Ports, connection: Connection, change: Omit<ConnectionChange, "at">) {
  const { tenant, id, generation } = connection;
  const stayed = await ports.store.transaction(async (parts) => {
    const changed = await parts.connections.change(
      tenant,
      id,
      { generation, status: ["active", "unsure"] },
      { ...change, triedAt: null, triedWhat: null, at: ports.now() },
    );
    if (changed) await parts.changes.announce({ tenant, kind: "connection", id });
    return changed;
  });
  return stayed ?? readAgain(ports, connection);
}

/**
 * Writes down what a failed renewal means. Only the broker's own refusal of the renewal counts as one: an outage leaves the
 * connection unsure, and a broker that wants fewer calls leaves it as it is.
 */
export async function renewalFailed(
  ports: Ports,
  { connection, session, dead, over }: FailedRenewal,
  error: KunjiError,
): Promise<Connection> {
  const { signals } = ports;
  const { broker, warnedSoonAt, warnedEveningAt } = connection;
  if (error.fate === "unknown") {
    signals.refreshed(broker, "unknown");
    return markUnsure(ports, connection, error.code);
  }
  signals.refreshed(broker, "refused");
  if (error.action === "log_in") {
    if (over) return needLogin(ports, connection, dead ? "broker_ended" : "refresh_refused");
    const reason = "refresh_refused";
    const dueAt = dueOfSession(ports, session, { warnedSoonAt, warnedEveningAt, reason });
    return stay(ports, connection, { status: "active", reason, dueAt });
  }
  if (over) return markUnsure(ports, connection, error.code);
  return stay(ports, connection, { dueAt: retryAt(ports, session, error) });
}
