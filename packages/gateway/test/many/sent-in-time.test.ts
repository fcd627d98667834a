import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokerFetch } from "../../src/adapters/brokers/broker-fetch.js";
import { createBrokers } from "../../src/adapters/brokers/sdk-brokers.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import type { Ports } from "../../src/ports/ports.js";
import {
  type LifetimeWorld,
  newLifetimeWorld,
  refreshPath,
  tenant,
} from "../lifetime/support/lifetime-world.js";
import { databases } from "../support/databases.js";

describe("a renewal whose process stands still before its request leaves", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await databases[0][1]());
  });
  afterAll(() => world.close());

  /** A gateway that stands still for so long when its renewal is about to be sent. */
  function standingStill(ms: number): Ports {
    let monotonic = 0;
    const brokers = createBrokers({
      sandboxUrl: world.sandboxUrl,
      now: world.now,
      monotonicMs: () => monotonic,
      fetch(url, init) {
        if (url.endsWith(refreshPath)) monotonic += ms;
        return brokerFetch(url, init);
      },
    });
    return { ...world.ports, store: { ...world.ports.store }, brokers };
  }

  it.each([
    ["is sent where that was as long as a call may take", 10_000, 1, { status: "active", generation: 2 }],
    ["is not sent where it was longer", 10_001, 0, { status: "unsure", generation: 1 }],
  ] as const)("%s", async (_, ms, sent, outcome) => {
    const id = `still-${ms}`;
    await world.connect("zebu", id);
    const before = (await world.received("zebu", refreshPath)).length;
    expect(await refreshSession(standingStill(ms), tenant, id, 1)).toMatchObject(outcome);
    expect((await world.received("zebu", refreshPath)).length - before).toBe(sent);
    expect(await world.livesAtBroker(id)).toBe(true);
  });
});
