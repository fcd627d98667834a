import { type Clock, type End, endsAt, KunjiError } from "kunji";
import { VaultError } from "../domain/vault-error.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { openSession } from "./seal-session.js";

/** Which clock ends a session. */
export type EndingClock = Extract<End, { readonly known: true }>["why"];

/** By which clock a session ends. Moments are ms since 1970, UTC. */
export interface WhyItEnds {
  readonly why: EndingClock;
  /** How long without a call, in ms, where that is the clock. */
  readonly idleMs: number | undefined;
  /** What ends it at the latest, however often it is called; `undefined` where nothing is known to. */
  readonly latest: { readonly at: number; readonly why: EndingClock } | undefined;
}

/** A session that can't be read is told elsewhere: here it has no known end. */
function readable(ports: Ports, connection: Connection) {
  try {
    return openSession(ports, connection);
  } catch (error) {
    if (error instanceof VaultError || error instanceof KunjiError) return undefined;
    throw error;
  }
}

const isIdle = (clock: Clock): clock is Extract<Clock, { kind: "idle" }> => clock.kind === "idle";

/** By which clock a connection's session ends; `undefined` where it has none, or where nobody knows its end. */
export function whyItEnds(ports: Ports, connection: Connection): WhyItEnds | undefined {
  const session = readable(ports, connection);
  if (!session) return undefined;
  const end = endsAt(session, ports.now());
  if (!end.known) return undefined;
  const fixed = endsAt({ ...session, clocks: session.clocks.filter((clock) => !isIdle(clock)) }, ports.now());
  const idle = session.clocks.filter(isIdle).map(({ ms }) => ms);
  return {
    why: end.why,
    idleMs: end.why === "idle" ? Math.min(...idle) : undefined,
    latest: fixed.known ? { at: fixed.at, why: fixed.why } : undefined,
  };
}
