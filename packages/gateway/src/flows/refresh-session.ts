import { setTimeout as wait } from "node:timers/promises";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { Store } from "../ports/store.js";
import { readAgain } from "./open-connection.js";
import { renewUnderLease } from "./renew-under-lease.js";

export interface RefreshOptions {
  /** The broker has said that the session is dead: what is on file can't be used until a renewal succeeds. */
  readonly dead?: boolean;
  /** How long to wait for whoever holds the lease, and how long between two looks, in ms. */
  readonly waitMs?: number;
  readonly stepMs?: number;
}

const runningOf = new WeakMap<Store, Map<string, Promise<Connection>>>();

const hasSession = ({ status }: Connection): boolean => status === "active" || status === "unsure";

/** The holder's work is done: what it wrote is the answer, unless it died and left a try behind. */
const isDone = (connection: Connection): boolean =>
  connection.status !== "active" || connection.triedAt === null;

async function refreshOnce(
  ports: Ports,
  tenant: string,
  id: string,
  generation: number,
  { dead = false, waitMs = 12_000, stepMs = 100 }: RefreshOptions,
): Promise<Connection> {
  const { connections } = ports.store;
  for (let waited = 0; waited <= waitMs; waited += stepMs) {
    if (waited > 0) await wait(stepMs);
    const owner = newToken(ports.randomBytes).reveal();
    const leased = await connections.lease(tenant, id, { owner, ms: ports.renewals.leaseMs });
    if (!leased) {
      const current = await readAgain(ports, { tenant, id });
      if (current.status === "closed") throw new Problem("connection_closed", { broker: current.broker });
      if (current.generation !== generation || !hasSession(current)) return current;
      continue;
    }
    try {
      if (leased.generation !== generation || !hasSession(leased)) return leased;
      if (waited > 0 && isDone(leased)) return leased;
      return await renewUnderLease(ports, leased, owner, dead);
    } finally {
      await connections.release(tenant, id, owner);
    }
  }
  throw new Problem("busy", { retryAfterS: 5 });
}

/**
 * Renews a connection's session at its broker, if its generation is still this one; answers the connection as it is then: with
 * a newer session, unsure, or as it was where the broker refused or had no time. Of any number of callers, in any number of
 * gateways, one sends the call; the others wait for its outcome.
 * @throws Problem `not_found`, `connection_closed`, `busy`, `app_unusable`; StoreProblem
 */
export function refreshSession(
  ports: Ports,
  tenant: string,
  id: string,
  generation: number,
  options: RefreshOptions = {},
): Promise<Connection> {
  const running = runningOf.get(ports.store) ?? new Map<string, Promise<Connection>>();
  runningOf.set(ports.store, running);
  const key = JSON.stringify([tenant, id, generation]);
  const joined = running.get(key);
  if (joined) return joined;
  const started = refreshOnce(ports, tenant, id, generation, options).finally(() => running.delete(key));
  running.set(key, started);
  return started;
}
