// Lets a PostgreSQL crash under load and its follower take over, again and again: what was acknowledged must be there.
import { setTimeout as wait } from "node:timers/promises";
import { openRelay } from "../packages/gateway/test/invariants/support/database-relay.ts";
import { openMany } from "../packages/gateway/test/many/support/gateways.ts";
import { startLoad } from "../packages/gateway/test/many/support/load.ts";
import { followedBy, openReplica } from "../packages/gateway/test/many/support/replica.ts";

export const about =
  "[failovers, 10]: crashes of a PostgreSQL under load, its follower taking over; needs pg_basebackup";

const longestMs = 10_000;

/** How long it takes until a gateway acknowledges a write again, in ms. */
async function backAfter(load) {
  const before = load.acknowledged.length;
  const begun = performance.now();
  while (load.acknowledged.length === before && performance.now() - begun < 60_000) await wait(20);
  return Math.round(performance.now() - begun);
}

export const table = ({ failovers, acknowledged, lost, wrongAnswers, backAfterMs }) => ({
  columns: ["failovers", "writes acknowledged", "lost", "wrong answers", "writes again after at most, ms"],
  rows: [[failovers, acknowledged, lost, wrongAnswers, Math.max(...backAfterMs)]],
});

export async function run([given = "10"], { say, keep }) {
  const failovers = Number(given);
  if (!Number.isInteger(failovers) || failovers < 1) throw new Error("Say how many failovers, such as 10.");
  const replica = await openReplica();
  await replica.startBoth();
  const relay = await openRelay(replica.url("a"));
  const url = replica.url("a");
  const many = await openMany(async () => ({ url, drop: async () => undefined }));
  const gateways = await many.start(4, { databaseUrl: relay.url });
  await many.by(() => gateways[0]).addApp("zebu");
  const found = { failovers: 0, acknowledged: 0, lost: 0, wrongAnswers: 0, backAfterMs: [] };
  const isSound = () =>
    found.lost === 0 && found.wrongAnswers === 0 && found.backAfterMs.every((ms) => ms < longestMs);
  const everMade = [];
  let [primary, follower] = ["a", "b"];
  for (let done = 1; done <= failovers; done++) {
    const load = startLoad(many, gateways, 4);
    await wait(2_000 + 2_000 * Math.random());
    await replica.crash(primary);
    await replica.promote(follower);
    relay.moveTo(replica.url(follower));
    found.backAfterMs.push(await backAfter(load));
    await wait(1_000);
    const { acknowledged, statuses, withoutRetryAfter } = await load.stop();
    found.failovers = done;
    found.acknowledged += acknowledged.length;
    found.wrongAnswers += withoutRetryAfter;
    for (const [status, count] of statuses) if (status !== 201 && status !== 503) found.wrongAnswers += count;
    everMade.push(...acknowledged);
    [primary, follower] = [follower, primary];
    // The next one to take over begins as a copy, and must have what is acknowledged from then on.
    await replica.copy(follower, primary);
    await replica.start(follower);
    await replica.demand(primary, followedBy(follower));
    say(
      `${done} of ${failovers}: back after ${found.backAfterMs.at(-1)} ms, acknowledged ${found.acknowledged}`,
    );
    keep({ sound: isSound(), ...found });
  }
  for (const id of everMade)
    if ((await many.ask(gateways[0], "GET", `/v1/connections/${id}`)).status !== 200) found.lost++;
  await many.close();
  await relay.close();
  await replica.close();
  return { sound: isSound(), ...found };
}
