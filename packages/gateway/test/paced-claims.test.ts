import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { paceOf } from "../src/domain/renewal-pace.js";
import type { Store } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import { addTenant, appOf, minute, newConnection, newSession, t0 } from "./support/rows.js";
import { runStatement } from "./support/run-statement.js";

describe("the pace of so many a second", () => {
  it.each([1, 3, 10, 20, 95, 1_000])("of %i brings no more than these into any second", (perSecond) => {
    const { most, spanMs } = paceOf(perSecond);
    expect((most / spanMs) * 1_000).toBeLessThan(perSecond);
    expect((most / spanMs) * 1_000).toBeGreaterThan(perSecond * 0.9);
    // Of any second, and what is cut at both of its ends.
    expect(Math.ceil(1_000 / spanMs) * most).toBeLessThanOrEqual(Math.max(perSecond, most));
  });
});

describe.each(databases)("claims at a pace on %s", (_name, make) => {
  let gateways: Gateways;
  let store: Store;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await make();
    gateways = await openGateways(database);
    ({ store } = gateways);
    await addTenant(store, "t");
    for (const broker of ["zebu", "ventura"] as const) {
      await store.apps.put("t", { ...appOf("t"), id: broker, broker, handle: `t-${broker}` });
      for (let i = 0; i < 30; i++) {
        const id = `${broker}-${i}`;
        await store.connections.add("t", newConnection({ id, app: broker }));
        await store.connections.putSession("t", id, 0, newSession(id, { dueAt: t0 + i }));
      }
    }
  });
  afterAll(() => gateways.close());

  const longSpan = 10 * minute;
  const wish = (i: number, most: number, spanMs = longSpan) => ({
    now: t0 + minute,
    owner: `gateway-${i}`,
    ms: minute,
    limit: 50,
    pace: { most, spanMs },
  });
  const until = async (moment: number): Promise<void> => {
    while ((await store.clock()) <= moment);
  };

  it("write nothing down where nothing is due", async () => {
    const paced = () => runStatement(database.place, "select id from order_times where kind = 'paced'");
    const wished = { ...wish(0, 7), broker: "zebu" } as const;
    expect(await store.dueWork.claimPaced({ ...wished, now: t0 - 1 })).toEqual({
      claimed: [],
      againMs: null,
    });
    expect(await paced()).toEqual([]);
    // None asked for, but there are some: the place of its times is made.
    expect((await store.dueWork.claimPaced({ ...wished, limit: 0 })).claimed).toEqual([]);
    expect(await paced()).toEqual([{ id: "zebu" }]);
  });

  it("give all gateways together no more than there is room for, the longest due first", async () => {
    const answers = await gateways.atOnce(12, (gateway, i) =>
      gateway.dueWork.claimPaced({ ...wish(i, 7), broker: "zebu" }),
    );
    const ids = answers.flatMap(({ claimed }) => claimed.map(({ id }) => id));
    expect(new Set(ids)).toEqual(new Set(Array.from({ length: 7 }, (_, i) => `zebu-${i}`)));
    expect(ids).toHaveLength(7);
    for (const { againMs } of answers) {
      expect(againMs).toBeGreaterThan(0);
      expect(againMs).toBeLessThanOrEqual(longSpan);
    }
  });

  it("count each broker for itself, and no more than are asked for", async () => {
    const first = await store.dueWork.claimPaced({ ...wish(0, 7), broker: "ventura", limit: 2 });
    expect(first.claimed.map(({ id }) => id)).toEqual(["ventura-0", "ventura-1"]);
    expect(first.againMs).toBeNull();
    const rest = await store.dueWork.claimPaced({ ...wish(0, 7), broker: "ventura" });
    expect(rest.claimed).toHaveLength(5);
    expect((await store.dueWork.claimPaced({ ...wish(0, 7), broker: "ventura" })).claimed).toEqual([]);
  });

  it("have room again once the span is over", async () => {
    const spanMs = 300;
    await until((await store.clock()) + spanMs);
    const begun = await store.clock();
    const one = () => store.dueWork.claimPaced({ ...wish(1, 3, spanMs), broker: "zebu" });
    expect((await one()).claimed).toHaveLength(3);
    let again = await one();
    for (; again.claimed.length === 0; again = await one()) expect(again.againMs).toBeGreaterThan(0);
    expect(again.claimed).toHaveLength(3);
    expect((await store.clock()) - begun).toBeGreaterThanOrEqual(spanMs);
  });
});
