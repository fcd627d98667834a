import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { createWithRests, type Rest } from "../../src/flows/with-rests.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { newLifetimeWorld } from "./support/lifetime-world.js";

const monotonicMs = () => performance.now();

describe("works with rests between them", () => {
  it("run two at a time, in their order, also behind one that fails", async () => {
    const withRests = createWithRests(monotonicMs);
    const begun: string[] = [];
    let underWay = 0;
    let most = 0;
    const work = (name: string) => async () => {
      begun.push(name);
      most = Math.max(most, ++underWay);
      await wait(2);
      underWay--;
      if (name === "b") throw new Error("it failed");
      return name;
    };
    const names = ["a", "b", "c", "d", "e", "f"];
    const all = await Promise.allSettled(names.map((name) => withRests(work(name))));
    expect(begun).toEqual(names);
    expect(most).toBe(2);
    expect(all.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
  });

  it("rest as long as a work took, a twentieth of a second at most, and begin no other before", async () => {
    let now = 0;
    const rested: number[] = [];
    const order: string[] = [];
    const withRests = createWithRests(
      () => now,
      undefined,
      async (ms) => {
        rested.push(ms);
        await wait(1);
        order.push("rested");
      },
    );
    for (const tookMs of [7, 49, 50, 51, 30_000])
      await withRests(async () => {
        order.push("work");
        now += tookMs;
      });
    await expect.poll(() => rested).toEqual([7, 49, 50, 50, 50]);
    // Two may be under way: the third waits for the first one's rest.
    expect(order.slice(0, 4)).toEqual(["work", "work", "rested", "work"]);
  });

  it("hear in their rests that they are to stop", async () => {
    const untilStopped: Rest = (_ms, stopping) =>
      new Promise<void>((rested) => {
        if (stopping?.aborted) rested();
        else stopping?.addEventListener("abort", () => rested());
      });
    const stopping = new AbortController();
    const withRests = createWithRests(monotonicMs, stopping.signal, untilStopped);
    const three = Promise.all([1, 2, 3].map((n) => withRests(async () => n)));
    expect(await Promise.race([three, wait(50, "they rest")])).toBe("they rest");
    stopping.abort();
    expect(await three).toEqual([1, 2, 3]);
  });
});

describe.each(databases)("sessions that end together on %s", (_, make) => {
  it("are told two at a time, all of them", async () => {
    const world = await newLifetimeWorld(await make());
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const id of ids) await world.connect("rmoney", id);
    let underWay = 0;
    let most = 0;
    const transaction: Ports["store"]["transaction"] = async (work) => {
      most = Math.max(most, ++underWay);
      try {
        return await world.store.transaction(work);
      } finally {
        underWay--;
      }
    };
    world.advance(24 * 60 * 60_000);
    expect(await lookAfterDue({ ...world.ports, store: { ...world.store, transaction } })).toBe(ids.length);
    for (const id of ids) expect((await world.row(id)).status).toBe("login_needed");
    expect(most).toBeLessThanOrEqual(2);
    await world.close();
  });
});
