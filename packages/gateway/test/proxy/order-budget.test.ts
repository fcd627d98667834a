import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../support/databases.js";
import { spentWhole } from "../support/within-budget.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";
import type { RawAnswer } from "./support/raw-call.js";

const path = "/NorenWClientAPI/PlaceOrder";
const body =
  '{"uid":"ZP0001","exch":"NSE","tsym":"ACC-EQ","qty":"1","prctyp":"MKT","trantype":"B","prd":"C","ret":"DAY"}';

describe.each(databases)("orders have a budget, on %s", (_name, make) => {
  let database: TestDatabase;
  let world: ProxyWorld;
  let ports: readonly number[];
  let close: () => Promise<void>;
  beforeAll(async () => {
    database = await make();
    world = await newProxyWorld(database, { brokers: ["zebu"], ordersPerSecond: 10 });
    // PostgreSQL serves a second gateway with a pool of its own; at SQLite there is one store.
    const store = "url" in database.place ? await database.open() : undefined;
    const second = await world.serve(store ? { ...world.ports, store } : world.ports);
    ports = [world.port, second.port];
    close = async () => {
      await second.close();
      await store?.close();
    };
  });
  afterAll(async () => {
    await close();
    await world.close();
  });

  const send = (id: string, count: number): Promise<RawAnswer[]> =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        world.callAt(ports[i % ports.length] ?? 0, id, path, { method: "POST", body }),
      ),
    );
  const received = () => world.received("zebu", "/PlaceOrder");
  const sent = (answers: readonly RawAnswer[]) => answers.filter(({ status }) => status !== 429).length;
  /** So many at once: all of the budget goes through, and no more. */
  const spends = (id: string, most: number, count: number) =>
    spentWhole(world.store, most, async () => sent(await send(id, count)));
  /** Waits for more than a second of the database's clock. */
  async function aSecond(): Promise<void> {
    const end = (await world.store.clock()) + 1_050;
    while ((await world.store.clock()) < end) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const budget = async (own: { ordersPerConnection?: number | null; ordersPerApp?: number | null }) => {
    const {
      updatedAt: _,
      createdAt: __,
      tenant: ___,
      ...app
    } = (await world.store.apps.get(tenant, "zebu"))!;
    await world.store.apps.put(tenant, { ...app, ...own, at: world.now() + 1 });
    await world.store.changes.announce({ tenant, kind: "app", id: "zebu" });
    world.advance(2);
    world.cache.dropAll();
  };

  it("sends 10 of 50 that come at once at two gateways, refuses the rest with 429, and 10 more after a second", async () => {
    for (const id of ["one", "two"]) await world.connect("zebu", id);
    await Promise.all(
      ports.map((port) =>
        world.callAt(port, "one", "/NorenWClientAPI/Limits", { method: "POST", body: "{}" }),
      ),
    );
    let answers: RawAnswer[] = [];
    const fifty = async () => {
      answers = await send("one", 50);
      return sent(answers);
    };
    expect(await spentWhole(world.store, 10, fifty)).toBe(true);
    expect(await received()).toBe(sent(answers));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.header("retry-after")).toBe("1");
    expect(refused?.header("kunji-answer-from")).toBe("gateway");
    const problem = JSON.parse(refused?.body.toString() ?? "");
    expect(problem).toMatchObject({ code: "order_budget_spent", broker: "zebu" });
    expect(sent(await send("two", 10))).toBe(10);
    const before = await received();
    await aSecond();
    expect(await received()).toBe(before);
    expect(await spends("one", 10, 12)).toBe(true);
    expect(await received()).toBeGreaterThanOrEqual(before + 10);
  });

  it("lets reads through that are beyond it", async () => {
    await aSecond();
    expect(await spends("one", 10, 12)).toBe(true);
    const read = () =>
      world.callAt(ports[0] ?? 0, "one", "/NorenWClientAPI/Limits", { method: "POST", body: "{}" });
    const reads = await Promise.all(Array.from({ length: 20 }, read));
    expect(reads.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it("takes the app's own numbers, for a connection and for all of them", async () => {
    await budget({ ordersPerConnection: 3, ordersPerApp: 5 });
    await aSecond();
    expect(await spends("one", 3, 6)).toBe(true);
    await aSecond();
    const both = async () => sent((await Promise.all([send("one", 3), send("two", 3)])).flat());
    expect(await spentWhole(world.store, 5, both)).toBe(true);
    await budget({ ordersPerConnection: null, ordersPerApp: null });
  });
});
