import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expireLogins } from "../src/flows/expire-logins.js";
import type { Ports } from "../src/ports/ports.js";
import type { Store } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import { addTenant } from "./support/rows.js";
import { runStatement } from "./support/run-statement.js";
import { spentWhole } from "./support/within-budget.js";

describe.each(databases)("the budget of orders on %s", (_name, make) => {
  let database: TestDatabase;
  let gateways: Gateways;
  let store: Store;
  beforeAll(async () => {
    database = await make();
    gateways = await openGateways(database);
    ({ store } = gateways);
    for (const tenant of ["t", "other"]) await addTenant(store, tenant);
  });
  afterAll(() => gateways.close());

  const order = (connection: string, perConnection: number | null = 10, perApp: number | null = null) => ({
    app: "zebu",
    connection,
    perConnection,
    perApp,
  });
  const count = (answers: readonly unknown[], wanted: unknown) =>
    answers.filter((answer) => answer === wanted).length;
  /** Waits on the database's own clock. */
  const until = async (moment: number): Promise<void> => {
    while ((await store.clock()) <= moment);
  };

  it("lets 10 of 50 through that come at once over all gateways, and counts each connection for itself", async () => {
    const fifty = () => gateways.atOnce(50, (gateway) => gateway.orderBudgets.take("t", order("one")));
    expect(await spentWhole(store, 10, async () => count(await fifty(), undefined))).toBe(true);
    const ten = await gateways.atOnce(10, (gateway) => gateway.orderBudgets.take("t", order("two")));
    expect(count(ten, undefined)).toBe(10);
    expect(await store.orderBudgets.take("other", order("one"))).toBeUndefined();
  });

  it("lets none more through until the first is over a second old, and not one more than 10 in any second", async () => {
    const times: number[] = [];
    const end = (await store.clock()) + 2_300;
    while ((await store.clock()) < end) {
      const before = await store.clock();
      if ((await store.orderBudgets.take("t", order("steady"))) === undefined) times.push(before);
    }
    expect(times.length).toBeGreaterThan(20);
    expect(times.length).toBeLessThanOrEqual(30);
    // The clock is read before the count: two readings lie apart by more than a second less the time of one call.
    for (const [i, time] of times.entries())
      if (i >= 10) expect(time - (times[i - 10] ?? 0)).toBeGreaterThan(900);
  });

  it("counts the connections of an app together where it has a budget, and nothing for an order that it refuses", async () => {
    const twelve = async () => {
      const all = await gateways.atOnce(12, (gateway, i) =>
        gateway.orderBudgets.take("t", order(`c${i % 3}`, 10, 5)),
      );
      expect(new Set(all)).toEqual(new Set([undefined, "app"]));
      return count(all, undefined);
    };
    expect(await spentWhole(store, 5, twelve)).toBe(true);
    // The app's budget is spent now: what it refuses must not count against the connection that asked.
    const crowd = () =>
      gateways.atOnce(8, (gateway) => gateway.orderBudgets.take("t", order("crowd", 10, 1)));
    expect(new Set(await crowd())).toEqual(new Set(["app"]));
    const alone = await gateways.atOnce(10, (gateway) => gateway.orderBudgets.take("t", order("crowd")));
    expect(count(alone, undefined)).toBe(10);
  });

  it("counts nothing where there is no budget", async () => {
    const all = await gateways.atOnce(30, (gateway) => gateway.orderBudgets.take("t", order("free", null)));
    expect(count(all, undefined)).toBe(30);
  });

  it("counts on the database's clock", async () => {
    expect(await store.orderBudgets.take("t", order("late", 1))).toBeUndefined();
    const first = await store.clock();
    const early = await store.orderBudgets.take("t", order("late", 1));
    expect(early === "connection" || (await store.clock()) > first + 1_000).toBe(true);
    await until(first + 1_001);
    expect(await store.orderBudgets.take("t", order("late", 1))).toBeUndefined();
  });

  it("forgets times that a clock, set back since, has left in the future, and no others", async () => {
    const { place } = database;
    const now = await store.clock();
    const leave = async (id: string, time: number) => {
      const taken = "url" in place ? `'{${time}}'` : `'[${time}]'`;
      await runStatement(place, `insert into order_times values ('t', 'connection', '${id}', ${taken})`);
    };
    await leave("ahead", now + 3_600_000);
    await leave("near", now + 900);
    expect(await store.orderBudgets.take("t", order("ahead", 1))).toBeUndefined();
    expect(await store.orderBudgets.take("t", order("near", 1))).toBe("connection");
  });

  it("is forgotten by the job that gives logins up, once a minute has passed since the last order", async () => {
    const { place } = database;
    const now = await store.clock();
    const leave = async (id: string, times: string) =>
      runStatement(
        place,
        `insert into order_times values ('t', 'connection', '${id}', '${"url" in place ? `{${times}}` : `[${times}]`}')`,
      );
    const left = async () => {
      const rows = await runStatement(place, "select id from order_times");
      return rows.map(({ id }) => id).filter((id) => ["old", "set back", "lately", "now"].includes(`${id}`));
    };
    await leave("old", `${now - 90_000},${now - 61_000}`);
    await leave("set back", `${now + 3_600_000}`);
    await leave("lately", `${now - 61_000},${now - 40_000}`);
    expect(await store.orderBudgets.take("t", order("now"))).toBeUndefined();
    await expireLogins({ store, now: () => now } as Ports);
    expect((await left()).sort()).toEqual(["lately", "now"]);
    expect(await store.orderBudgets.take("t", order("old"))).toBeUndefined();
  });
});
