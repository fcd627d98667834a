import { Problem } from "../domain/problem.js";
import { canBeRenewed } from "../domain/renewal.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { Store } from "../ports/store.js";
import { needLoginOfAll } from "./need-login.js";
import { openApp } from "./open-app.js";
import { readAgain } from "./open-connection.js";
import { askBroker } from "./probe-session.js";
import { refreshSession } from "./refresh-session.js";
import { openSession } from "./seal-session.js";

/** What is known after the broker's word: a call may be sent once more, the user must log in, or nobody can say yet. */
export type AfterEnd = "renewed" | "login_needed" | "unsure";

const runningOf = new WeakMap<Store, Map<string, Promise<AfterEnd>>>();

const outcomeOf = ({ status, generation }: Connection, used: number): AfterEnd => {
  if (status === "active" && generation !== used) return "renewed";
  return status === "active" || status === "unsure" ? "unsure" : "login_needed";
};

/** The user's session: a renewal where the broker can, else a login. */
async function userEnded(ports: Ports, current: Connection, app: App): Promise<AfterEnd> {
  const { tenant, id, generation, reason } = current;
  const client = openApp(ports, app, current);
  const session = openSession(ports, current);
  if (!session) return "login_needed";
  if (!client.refresh || !canBeRenewed({ traits: client.traits, session, reason }, ports.now()))
    return outcomeOf(await needLoginOfAll(ports, current, "broker_ended"), generation);
  try {
    return outcomeOf(await refreshSession(ports, tenant, id, generation, { dead: true }), generation);
  } catch (error) {
    if (error instanceof Problem && error.code === "busy") return "unsure";
    throw error;
  }
}

/** The vendor's session: the first call shows whether it is refused still, renews it once, and shows whether the user's lives. */
async function vendorEnded(ports: Ports, current: Connection, app: App): Promise<AfterEnd> {
  const client = openApp(ports, app, current);
  const session = openSession(ports, current);
  if (!session) return "login_needed";
  const asked = await askBroker(client, session);
  if (asked.kind === "accepted") return "renewed";
  if (asked.kind === "unreachable") {
    const { status } = await readAgain(ports, current);
    return status === "login_needed" || status === "closed" ? "login_needed" : "unsure";
  }
  return outcomeOf(await needLoginOfAll(ports, current, asked.reason), current.generation);
}

async function once(ports: Ports, connection: Connection, app: App, whose: "user" | "vendor") {
  const current = await readAgain(ports, connection);
  // Another call's answer came first, and what it led to is on file.
  if (current.generation !== connection.generation || current.status !== connection.status)
    return outcomeOf(current, connection.generation);
  return whose === "vendor" ? vendorEnded(ports, current, app) : userEnded(ports, current, app);
}

/**
 * Acts on a broker's word, at a call, that a session has ended: the user's is renewed where the broker can, else the connection,
 * and every other one that shares the session, needs a login; a vendor's is renewed. It compares with the generation that the
 * call used: what has changed since is left alone. However many calls hear the same word at once, it is acted on once.
 * @throws Problem `not_found`, `app_unusable`; StoreProblem
 */
export function endedByBroker(
  ports: Ports,
  connection: Connection,
  app: App,
  whose: "user" | "vendor",
): Promise<AfterEnd> {
  const running = runningOf.get(ports.store) ?? new Map<string, Promise<AfterEnd>>();
  runningOf.set(ports.store, running);
  const { tenant, id, generation } = connection;
  const key = JSON.stringify([tenant, id, generation, whose]);
  const joined = running.get(key);
  if (joined) return joined;
  const started = once(ports, connection, app, whose).finally(() => running.delete(key));
  running.set(key, started);
  return started;
}
