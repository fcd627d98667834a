import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseRelay, openRelay } from "../invariants/support/database-relay.js";
import { connect } from "../invariants/support/journey.js";
import type { WholeGateway } from "../invariants/support/whole-gateway.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import { startLoad } from "./support/load.js";
import type { GatewayProcess } from "./support/process.js";
import { openReplica, type Replica } from "./support/replica.js";

// The long form: npm run faults -- database-failover
describe("two gateways on a PostgreSQL that another one follows", () => {
  let replica: Replica;
  let relays: readonly [DatabaseRelay, DatabaseRelay];
  let many: ManyGateways;
  let gateways: readonly [GatewayProcess, GatewayProcess];
  let whole: WholeGateway;
  /** An active connection at a broker. */
  let id: string;

  beforeAll(async () => {
    replica = await openReplica();
    await replica.startBoth();
    const url = replica.url("a");
    relays = [await openRelay(url), await openRelay(url)];
    many = await openMany(async () => ({ url, drop: async () => undefined }));
    const started = relays.map((relay) => many.start(1, { databaseUrl: relay.url }));
    const [[first], [second]] = (await Promise.all(started)) as [GatewayProcess[], GatewayProcess[]];
    gateways = [first as GatewayProcess, second as GatewayProcess];
    whole = many.by(() => gateways[0]);
    await whole.addApp("zebu");
    id = await connect(whole, "zebu");
  }, 60_000);
  afterAll(async () => {
    await many.close();
    for (const relay of relays) await relay.close();
    await replica.close();
  });

  const show = (gateway: GatewayProcess) => many.ask(gateway, "GET", `/v1/connections/${id}`);
  const call = (gateway: GatewayProcess) => {
    const { method, path, body } = whole.gateway.ports.brokers.traits.zebu.firstCall;
    return many.ask(gateway, method, `/v1/connections/${id}/proxy${path}`, { body });
  };

  /** What a gateway answers to everything in the next two seconds, once what it remembered is a second old. */
  async function answersOf(gateway: GatewayProcess) {
    await wait(1_100);
    const seen = new Set<string>();
    for (const end = performance.now() + 2_000; performance.now() < end; )
      for (const ask of [show, call, (one: GatewayProcess) => many.ask(one, "GET", "/v1/readiness")]) {
        const { status, headers, body } = await ask(gateway);
        seen.add(`${status} ${(body as { code?: string }).code} ${headers.get("retry-after")}`);
      }
    return [...seen];
  }
  const isBack = (gateway: GatewayProcess) =>
    expect
      .poll(async () => [(await show(gateway)).status, (await call(gateway)).status], { timeout: 8_000 })
      .toEqual([200, 200]);

  it("answer 503 where the way leads to the one that follows, which knows what was", async () => {
    const [relay] = relays;
    relay.cut();
    relay.moveTo(replica.url("b"));
    relay.mend();
    expect(await answersOf(gateways[0])).toEqual(["503 unavailable 1"]);
    await isBack(gateways[1]);
    relay.cut();
    relay.moveTo(replica.url("a"));
    relay.mend();
    await isBack(gateways[0]);
  }, 30_000);

  it("answer 503 on connections that stay open to one that was fenced off, and don't tell what it says", async () => {
    const stays = relays[0].open();
    await replica.fence("a");
    for (const gateway of gateways) expect(await answersOf(gateway)).toEqual(["503 unavailable 1"]);
    expect(stays).toBeGreaterThan(0);
    await replica.unfence("a");
    for (const gateway of gateways) await isBack(gateway);
  }, 30_000);

  it("lose nothing that they have acknowledged when it crashes, and go on by themselves at the other one", async () => {
    const load = startLoad(many, gateways);
    const acknowledgedMore = (more: number) => {
      const before = load.acknowledged.length;
      return expect.poll(() => load.acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before + more);
    };
    await acknowledgedMore(10);
    await replica.crash("a");
    await wait(500);
    await replica.promote("b");
    for (const relay of relays) relay.moveTo(replica.url("b"));
    const movedAt = performance.now();
    for (const gateway of gateways) await isBack(gateway);
    expect(performance.now() - movedAt).toBeLessThan(5_000);
    await acknowledgedMore(10);
    const { acknowledged, statuses, withoutRetryAfter } = await load.stop();
    expect([...statuses.keys()].sort()).toEqual([201, 503]);
    expect(withoutRetryAfter).toBe(0);
    for (const gateway of gateways)
      for (const each of acknowledged)
        expect((await many.ask(gateway, "GET", `/v1/connections/${each}`)).status).toBe(200);
    const { headers, status } = await call(gateways[1]);
    expect([status, headers.get("kunji-answer-from")]).toEqual([200, "broker"]);
  }, 60_000);
});
