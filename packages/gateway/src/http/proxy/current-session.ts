import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { SessionCache } from "../../flows/session-cache.js";
import { problemOf } from "../problem-details.js";
import type { Forwarding } from "./forwarding.js";
import type { OutgoingBody } from "./outgoing-call.js";

/**
 * The session as it is now, for a caller whose API key still holds. It throws what `SessionCache.get` throws, and Problem
 * `key_refused`.
 */
export type CurrentSession = () => ProxyEntry | Promise<ProxyEntry>;

/**
 * What is known for longer than a second is read again: callers take their time with a body, and brokers with a renewal. Made
 * where the guard has admitted the request just now: the first time, the key is not looked up once more.
 */
export function currentSession(
  server: FastifyInstance,
  cache: SessionCache,
  request: FastifyRequest,
  id: string,
): CurrentSession {
  let admittedNow = true;
  return () => {
    const caller = admittedNow ? request.caller : server.callerNow(request);
    admittedNow = false;
    const entry = cache.get(request.caller.tenant, id);
    if (!(caller instanceof Promise) && !(entry instanceof Promise)) return entry;
    return Promise.all([entry, caller]).then(([found]) => found);
  };
}

/** The session as it is now, where that is known without waiting. Else it is asked for, and known soon. */
export function knownNow(current: CurrentSession): ProxyEntry | undefined {
  try {
    const found = current();
    if (!(found instanceof Promise)) return found;
    found.catch(() => undefined);
  } catch {
    // Whoever sends the call by it hears of this.
  }
  return undefined;
}

/** The session as it is now, where there is one to be had. */
export const knownSoon = (current: CurrentSession): Promise<ProxyEntry | undefined> =>
  Promise.resolve()
    .then(current)
    .catch(() => undefined);

/** Sends a call that has waited for something: with the session as it is by now, or not at all. */
export function sendCurrent(
  forwarding: Forwarding,
  body: OutgoingBody,
  { origin }: ProxyEntry,
  current: CurrentSession,
): void {
  const refuse = (error: unknown): void => forwarding.refuse(problemOf(error));
  const send = (entry: ProxyEntry): void => {
    // The call was read for the place that it was.
    if (entry.origin === origin) forwarding.send(body, entry);
    else refuse(new Problem("busy", { retryAfterS: 1 }));
  };
  try {
    const found = current();
    if (found instanceof Promise) found.then(send, refuse);
    else send(found);
  } catch (error) {
    refuse(error);
  }
}
