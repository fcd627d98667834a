import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

describe.each(databases)("a call through the proxy on %s", (_, open) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await open());
    for (const broker of allBrokers) await world.connect(broker);
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  it.each(allBrokers)(
    "reaches %s with the session's credentials, and its answer comes back untouched",
    async (broker) => {
      const before = (await world.ledger(broker)).length;
      const answer = await world.firstCall(broker);
      expect(answer.status, answer.body.toString()).toBe(200);
      expect(answer.header("kunji-answer-from")).toBe("broker");
      expect(JSON.parse(answer.body.toString())).toBeTypeOf("object");
      expect((await world.ledger(broker)).length).toBe(before + 1);
      expect(world.signalled).toContain(`proxied ${broker} 200`);
    },
  );
});
