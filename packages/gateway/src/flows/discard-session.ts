import { KunjiError, type Session } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import type { Via } from "./egress.js";
import { openApp } from "./open-app.js";
import { sessionKeyOf } from "./seal-session.js";

/**
 * Logs a session out that no connection has, or has any more, where the broker can. A broker that gives one token to all
 * logins of an account keeps it while another connection of the app, or another login that waits for a word, has it. What
 * fails is told as a warning only.
 * @param via the connection that it was for: it is logged out by the way it came in
 */
export async function discardSession(ports: Ports, app: App, session: Session, via: Via): Promise<void> {
  const { tenant, id, broker } = app;
  if (!ports.brokers.traits[broker].logout) return;
  if (await ports.store.connections.anyWithSession(tenant, id, sessionKeyOf(ports, session))) return;
  try {
    await openApp(ports, app, via).logout?.(session);
  } catch (error) {
    if (!(error instanceof KunjiError || error instanceof Problem)) throw error;
    ports.signals.warn("logout_failed", { broker, code: error.code });
  }
}
