import type { Session } from "kunji";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepRenewed } from "../../src/flows/keep-renewed.js";
import { StoreProblem, type StoreProblemCode } from "../../src/ports/store-problem.js";
import { databases } from "../support/databases.js";
import { skipWaits } from "../support/waits.js";
import { type LifetimeWorld, newLifetimeWorld } from "./support/lifetime-world.js";

const [[, onFile]] = databases;

describe("a renewed session that can't be written at once", () => {
  let world: LifetimeWorld;
  let waited: (number | undefined)[];
  let elapsed: number;
  let waitAgain: () => void;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  beforeEach(() => {
    waited = [];
    elapsed = 0;
    waitAgain = skipWaits((ms) => {
      waited.push(ms);
      elapsed += ms ?? 0;
    });
  });
  afterEach(() => waitAgain());
  afterAll(() => world.close());

  /** Keeps a renewed session where what is needed for it fails so many times, by a lease of so many ms. */
  async function keeping(id: string, code: StoreProblemCode, { times = 1_000, leaseMs = 30_000 }) {
    const connection = await world.connect("zebu", id);
    const session = (await world.session(id)) as Session;
    const client = await world.client("zebu");
    let left = times;
    const transaction: typeof world.store.transaction = (work) => {
      if (left-- > 0) throw new StoreProblem(code, "Not now.");
      return world.store.transaction(work);
    };
    const ports = {
      ...world.ports,
      store: { ...world.store, transaction },
      renewals: { leaseMs, callMs: 10_000 },
      monotonicMs: () => elapsed,
    };
    return keepRenewed(ports, connection, client, session);
  }

  it("is tried again, after waits that grow to a second, until it is written", async () => {
    const kept = await keeping("busy", "store_busy", { times: 7 });
    expect(kept).toMatchObject({ generation: 2, status: "active" });
    expect(waited).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it("is tried for as long as its lease may live, and no longer", async () => {
    const [failing, long] = [{ code: "store_unreachable" }, { leaseMs: 1_501 }];
    await expect(keeping("away", "store_unreachable", { leaseMs: 1_500 })).rejects.toMatchObject(failing);
    expect(waited).toEqual([100, 200, 400, 800]);
    waited = [];
    await expect(keeping("longer", "store_unreachable", long)).rejects.toMatchObject(failing);
    expect(waited).toEqual([100, 200, 400, 800, 1_000]);
    expect(await world.row("away")).toMatchObject({ generation: 1, status: "active" });
  });

  it("is given up at once where no later try would do better", async () => {
    const failed = { code: "store_failed" };
    await expect(keeping("failed", "store_failed", { times: 1 })).rejects.toMatchObject(failed);
    expect(waited).toEqual([]);
  });
});
