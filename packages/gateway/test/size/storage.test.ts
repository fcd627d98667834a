import { beforeAll, describe, expect, it } from "vitest";
import type { ActCost } from "./support/measured-acts.js";
import { bytesOf } from "./support/measured-sizes.js";
import { measured, measureStorage, type StorageCosts } from "./support/measured-storage.js";
import { actNames, kinds } from "./support/storage-acts.js";

const wish = { acts: 3, alone: 1, sizes: 8, daily: [2, 1], renewed: [2, 1] } as const;
const brokers = Object.values(kinds);
const { call, order, ...others } = actNames;

describe.each(measured)("what the database writes and holds, on %s", (name) => {
  let found: StorageCosts;
  beforeAll(async () => {
    found = await measureStorage(name, { ...wish, brokers }, () => undefined);
  }, 180_000);

  function costOf(act: string): ActCost {
    const cost = found.perAct.find((one) => one.act === act);
    if (!cost) throw new Error(`nothing was found of ${act}`);
    return cost;
  }

  it("is found of every act, each of which has happened to every connection", () => {
    expect(found.sound).toBe(true);
    expect(found.perAct.map(({ act }) => act)).toEqual(Object.values(actNames));
    for (const { act, acts, missing } of found.perAct) expect([act, acts, missing]).toEqual([act, 3, 0]);
  });

  it("is nothing at a call that is forwarded, after the first in a minute", () => {
    const { transactions, walBytes, rows } = costOf(call);
    expect({ transactions, rows }).toEqual({ transactions: 0, rows: name === "SQLite" ? null : {} });
    // PostgreSQL writes a line of its own into the log now and then.
    expect(walBytes).toBeLessThan(100);
  });

  it("is a transaction at least, and rows, of everything else", () => {
    for (const act of Object.values(others)) {
      const { transactions, walBytes, rows, walBytesAfterCheckpoint } = costOf(act);
      expect(transactions, act).toBeGreaterThanOrEqual(1);
      expect(walBytes, act).toBeGreaterThan(100);
      if (name === "SQLite") continue;
      expect(Object.keys(rows ?? {}), act).not.toEqual([]);
      expect(walBytesAfterCheckpoint, act).toBeGreaterThan(walBytes);
    }
  });

  it("is one row of an order, whose table PostgreSQL keeps no log of", () => {
    const { transactions, walBytes, rows } = costOf(order);
    expect(transactions).toBe(1);
    if (name === "SQLite") return expect(walBytes).toBeGreaterThan(100);
    expect(rows).toEqual({ order_times: { inserted: 1, updated: 0, deleted: 0 } });
    expect(walBytes).toBeLessThan(100);
  });

  it("takes room for each kind of connection, and each day more for its history", () => {
    expect(found.perConnection.map(({ broker }) => broker)).toEqual(brokers);
    for (const { broker, packed } of found.perConnection) expect(bytesOf(packed), broker).toBeGreaterThan(0);
    const [daily, renewed] = found.perDay;
    expect(daily?.told).toEqual({
      "connection.ends_soon": 2,
      "connection.login_needed": 1,
      "connection.active": 1,
    });
    expect(Object.keys(renewed?.told ?? {})).toEqual(["connection.refreshed"]);
    expect(renewed?.told["connection.refreshed"]).toBeGreaterThan(24);
    expect(bytesOf(renewed?.packed ?? {})).toBeGreaterThan(0);
  });
});
