import { setTimeout as wait } from "node:timers/promises";
import type { RenewalPace } from "../../../src/domain/renewal-pace.js";
import type { ConnectionSummary } from "../../../src/ports/connections.js";
import { type DueTogether, refreshPath, tenant, untilNone } from "./due-together.js";
import type { ManyGateways } from "./gateways.js";
import type { GatewayProcess } from "./process.js";
import { overlapsOf } from "./recorded-brokers.js";
import { markLine, type RenewalMark } from "./steering.js";

const minute = 60_000;

/** A gateway that is made to die, or to stand still for three leases, when its `nth` renewal comes to a mark. */
export interface Fate {
  readonly gateway: GatewayProcess;
  readonly mark: RenewalMark;
  readonly act: "kill" | "stop";
  readonly nth: number;
  /** What it is asked to renew, where it does no work by itself. */
  readonly asked?: readonly string[];
}

/** What came of a round in which all fell due. */
export interface Round {
  readonly connections: number;
  /** Renewals that the broker received. */
  readonly refreshes: number;
  /** Pairs of renewals of one session that were under way at one time. */
  readonly overlaps: number;
  /** The most renewals of one session. */
  readonly most: number;
  /** Connections with a try on file whose gateway was dead or stood still. */
  readonly leftInDoubt: number;
  /** Connections that were marked unsure, as their events tell. */
  readonly unsure: number;
  /** How long after the fates every connection was known again, in s; 0 where none was in doubt. */
  readonly knownAfterS: number;
  /** Connections that were not renewed. */
  readonly forgotten: number;
  /** Connections with a session that the broker does not take. */
  readonly dead: number;
  /**
   * Renewed sessions that changed once all were known, when what stood still had woken and come to its end. One that was only
   * probed meanwhile may: what was bought for it before comes as its next generation.
   */
  readonly overwritten: number;
  /** Gateways whose renewals the broker received. */
  readonly gateways: number;
}

/** Stops or kills a gateway from outside, while its request is at the broker. */
function atBroker(many: ManyGateways, fates: readonly Fate[]): void {
  const left = new Map(fates.map((fate) => [fate.gateway.name, { ...fate }]));
  many.brokers.between("before the broker", (call) => {
    const fate = refreshPath.test(call.path) ? left.get(call.sender) : undefined;
    if (!fate || --(fate as { nth: number }).nth > 0) return undefined;
    left.delete(call.sender);
    fate.gateway.lines.push(markLine(fate.mark));
    if (fate.act === "stop") fate.gateway.stop();
    else process.kill(fate.gateway.pid, "SIGKILL");
    // The broker goes on with what it has received.
    return wait(200);
  });
}

/** Lets all fall due at once, and fates befall while they are renewed; answers what has come of it once all is quiet. */
export async function renewAll(
  many: ManyGateways,
  due: DueTogether,
  { leaseMs, callMs }: RenewalPace,
  fates: readonly Fate[] = [],
): Promise<Round> {
  const { calls } = many.brokers;
  const before = new Map((await due.rows()).map((row) => [row.id, row.generation]));
  const from = calls.length;
  const [last] = (await many.store.events.list(tenant, 0, 100_000)).slice(-1);
  const sent = () => calls.slice(from).filter(({ path }) => refreshPath.test(path));
  const doomed = fates.map(({ gateway }) => gateway);
  const others = many.all.filter((gateway) => gateway.alive() && !doomed.includes(gateway));

  atBroker(
    many,
    fates.filter(({ mark }) => mark === "at the broker"),
  );
  for (const { gateway, mark, act, nth } of fates)
    if (mark !== "at the broker") await gateway.tell({ do: "arm", mark, act, nth });

  // Those first that something will befall, so that each of them has work.
  await many.moveClock(56 * minute, doomed.length > 0 ? doomed : others);
  for (const { gateway, asked = [] } of fates)
    for (const id of asked)
      many.ask(gateway, "GET", `/v1/connections/${id}/session?min=900`).catch(() => undefined);
  for (const { gateway, mark } of fates) await gateway.until((line) => line === markLine(mark));
  const struckAt = performance.now();
  await wait(50);
  const inDoubt = (await due.rows()).filter(({ triedAt }) => triedAt !== null).length;
  if (doomed.length > 0)
    for (const gateway of others) await gateway.tell({ do: "move clock", ms: 56 * minute });

  const isKnown = ({ status, triedAt, dueAt }: ConnectionSummary): boolean =>
    status === "active" && triedAt === null && (dueAt ?? 0) > many.now();
  const allKnown = (withinMs: number): Promise<void> =>
    untilNone(
      async () => (await due.rows()).filter((row) => !isKnown(row)),
      withinMs,
      ({ id, status, reason, generation, triedWhat, leaseUntil, dueAt }) =>
        `${[id, status, reason, generation, triedWhat, (leaseUntil ?? 0) - Date.now(), (dueAt ?? 0) - many.now()]}`,
    );
  const stopped = fates.filter(({ act }) => act === "stop");
  let knownAfterS = 0;
  const known = allKnown(4 * leaseMs + 40_000).then(() => {
    if (fates.length > 0) knownAfterS = (performance.now() - struckAt) / 1_000;
  });
  known.catch(() => undefined);
  if (stopped.length > 0) await wait(3 * leaseMs);
  // What is woken finds what the others have made of it.
  const asTheyWoke = new Map((await due.rows()).map((row) => [row.id, row]));
  for (const { gateway } of stopped) gateway.cont();
  await known;
  if (stopped.length > 0) await wait(callMs + 500);
  // What the woken ones have thrown into doubt is known within a minute.
  await allKnown(minute);
  const overwritten = (await due.rows()).filter(({ id, generation }) => {
    const was = asTheyWoke.get(id);
    const renewed = was && isKnown(was) && was.generation > (before.get(id) ?? 0);
    return stopped.length > 0 && renewed && was.generation !== generation;
  }).length;
  many.brokers.between("before the broker", undefined);

  // A session that was probed and lives on is renewed in time: two minutes before its end.
  const behind = async () =>
    (await due.rows()).filter(({ id, generation }) => generation <= (before.get(id) ?? 0));
  if ((await behind()).length > 0) {
    await many.moveClock(2.2 * minute);
    await untilNone(behind, 2 * leaseMs + 20_000, ({ id }) => id).catch(() => undefined);
    await allKnown(minute);
  }

  const counts = new Map<string, number>();
  for (const { body } of sent()) counts.set(body, (counts.get(body) ?? 0) + 1);
  const told = await many.store.events.list(tenant, last?.sequence ?? 0, 100_000);
  return {
    connections: due.ids.length,
    refreshes: sent().length,
    overlaps: overlapsOf(calls.slice(from), refreshPath),
    most: Math.max(...counts.values()),
    leftInDoubt: fates.length > 0 ? inDoubt : 0,
    unsure: told.filter(({ type }) => type === "connection.unsure").length,
    knownAfterS: Math.round(knownAfterS * 10) / 10,
    forgotten: (await behind()).length,
    dead: (await due.dead()).length,
    overwritten,
    gateways: new Set(sent().map(({ sender }) => sender)).size,
  };
}
