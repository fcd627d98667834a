import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { createWithRests } from "../../src/flows/with-rests.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { newLifetimeWorld } from "./support/lifetime-world.js";

const monotonicMs = () => performance.now();

describe("works with rests between them", () => {
  it("run one after the other, in their order, also behind one that fails", async () => {
    const withRests = createWithRests(monotonicMs);
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await wait(1);
      seen.push(`${name} ends`);
      if (name === "b") throw new Error("it failed");
      return name;
    };
    const all = await Promise.allSettled(["a", "b", "c"].map((name) => withRests(work(name))));
    expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("rest as long as a work took, and not once they are to stop", async () => {
    async function between(stopping?: AbortSignal): Promise<number> {
      const withRests = createWithRests(monotonicMs, stopping);
      let ended = 0;
      const first = withRests(async () => {
        await wait(200);
        ended = monotonicMs();
      });
      const begun = withRests(async () => monotonicMs());
      await first;
      return (await begun) - ended;
    }
    expect(await between()).toBeGreaterThanOrEqual(195);
    expect(await between(AbortSignal.abort())).toBeLessThan(195);
  });
});

describe.each(databases)("sessions that end together on %s", (_, make) => {
  it("are told one after the other, all of them", async () => {
    const world = await newLifetimeWorld(await make());
    const ids = ["a", "b", "c", "d", "e", "f"];
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
    expect(most).toBe(1);
    await world.close();
  });
});
