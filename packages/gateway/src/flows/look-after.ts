import { type BrokerId, endsAt } from "kunji";
import { errorCode } from "../domain/error-code.js";
import { newToken } from "../domain/random-text.js";
import { canBeRenewed } from "../domain/renewal.js";
import { paceOf } from "../domain/renewal-pace.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { dueOfSession } from "./due-of-session.js";
import { needLogin } from "./need-login.js";
import { openConnection } from "./open-connection.js";
import { probeSession } from "./probe-session.js";
import { renewUnderLease } from "./renew-under-lease.js";
import { dueWarning, warnOfEnd } from "./warn-of-end.js";
import { createWithRests } from "./with-rests.js";
import { atMost, createWorksUnderWay } from "./works-under-way.js";

/** How many connections of one broker are looked after at once, so that a slow broker holds up nobody but itself. */
const atOncePerBroker = 50;
/** How long it waits for one under way to end before it looks for other work, in ms. */
const lookAgainMs = 1_000;

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

/** Counts what is under way at each broker. */
function brokersAtWork(brokers: readonly BrokerId[]) {
  const counts = new Map<BrokerId, number>(brokers.map((broker) => [broker, 0]));
  const free = (count: number): number => atOncePerBroker - count;
  return {
    add: (broker: BrokerId, more: 1 | -1) => void counts.set(broker, (counts.get(broker) ?? 0) + more),
    /** The brokers at which more may be begun. */
    free: () => brokers.filter((broker) => free(counts.get(broker) ?? 0) > 0),
    /** How many of these brokers may be claimed without one that would have to wait, whatever brokers they are of. */
    room: (of: readonly BrokerId[]) => Math.min(...of.map((broker) => free(counts.get(broker) ?? 0))),
  };
}

/**
 * Looks after the connections that are due, in any number of gateways at once: renews, probes, warns and ends sessions. It goes
 * on while any is due or under way; answers how many it took on. A connection that fails keeps its lease, and is looked at
 * again when that has run out. Those of a broker that renews sessions are taken on at a pace that all gateways share.
 * @param stopping once it is aborted nothing more is begun, and what is under way is waited for
 * @throws StoreProblem where nothing could be claimed
 */
export async function lookAfterDue(ports: Ports, stopping?: AbortSignal): Promise<number> {
  const { store, signals, now, randomBytes } = ports;
  const works = createWorksUnderWay();
  const atWork = brokersAtWork(Object.keys(ports.brokers.traits) as BrokerId[]);
  const { perSecond = null } = ports.renewals;
  const pace = perSecond === null ? undefined : paceOf(perSecond);
  const isPaced = (broker: BrokerId): boolean => ports.brokers.traits[broker].refresh;
  const withRests = createWithRests(ports.monotonicMs, stopping);
  /** It is told of its end, or that it is over: ten thousand of these at one moment leave room for callers. */
  const makesNoCall = ({ broker, status }: Connection): boolean =>
    status === "active" && !ports.brokers.traits[broker].refresh;
  const faults: unknown[] = [];
  let takenOn = 0;

  async function work(connection: Connection, owner: string): Promise<void> {
    const { tenant, id, broker } = connection;
    atWork.add(broker, 1);
    try {
      const look = () => lookAfter(ports, connection, owner);
      await (makesNoCall(connection) ? withRests(look) : look());
      await store.connections.release(tenant, id, owner);
    } catch (error) {
      signals.warn("look_after_failed", { tenant, connection: id, code: errorCode(error) });
    }
    atWork.add(broker, -1);
  }

  const begin = (claimed: readonly Connection[], owner: string): void => {
    takenOn += claimed.length;
    for (const connection of claimed) works.add(work(connection, owner));
  };

  /** Claims what may be begun; answers in how many ms there is room for more where a broker's pace leaves none now. */
  async function claim(): Promise<number | null> {
    const owner = newToken(randomBytes).reveal();
    const wish = { now: now(), owner, ms: ports.renewals.leaseMs };
    const free = atWork.free();
    const at = pace ? free.filter((broker) => !isPaced(broker)) : free;
    if (at.length > 0)
      begin(await store.dueWork.claimConnections({ ...wish, limit: atWork.room(at), at }), owner);
    if (!pace) return null;
    let soonest: number | null = null;
    for (const broker of free.filter(isPaced)) {
      const limit = atWork.room([broker]);
      const { claimed, againMs } = await store.dueWork.claimPaced({ ...wish, limit, broker, pace });
      begin(claimed, owner);
      if (againMs !== null) soonest = Math.min(soonest ?? againMs, againMs);
    }
    return soonest;
  }

  for (;;) {
    // One that ends while more is claimed is not waited for, and there is another round.
    const freed = works.freed();
    const before = works.count();
    const takenBefore = takenOn;
    let againMs: number | null = null;
    if (faults.length === 0 && !stopping?.aborted)
      try {
        againMs = await claim();
      } catch (fault) {
        faults.push(fault);
      }
    if (before === 0 && works.count() === 0 && againMs === null) break;
    if (takenOn === takenBefore) await atMost(Math.min(againMs ?? lookAgainMs, lookAgainMs), freed);
  }
  if (faults.length > 0) throw faults[0];
  return takenOn;
}
