import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProxyAnswers } from "../../src/flows/proxy-answers.js";
import { openSession } from "../../src/flows/seal-session.js";
import type { Ports } from "../../src/ports/ports.js";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { deferred } from "../lifetime/support/deferred.js";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

describe.each(databases)("newer tokens that answers hand out side by side, on %s", (_, make) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await make(), { brokers: ["nuvama"] });
    await world.connect("nuvama");
  }, 60_000);
  afterAll(() => world.close());

  /** A gateway whose writes wait until they are let go. */
  function slow() {
    const gate = deferred();
    const begun = deferred();
    const warned: unknown[] = [];
    const transaction: Ports["store"]["transaction"] = async (work) => {
      begun.resolve();
      await gate.promise;
      return world.store.transaction(work);
    };
    const ports: Ports = {
      ...world.ports,
      store: { ...world.store, transaction },
      signals: { ...world.ports.signals, warn: (what, facts) => void warned.push([what, facts]) },
    };
    return { ports, begun: begun.promise, letGo: () => gate.resolve(), warned };
  }
  const row = async () => (await world.store.connections.get(tenant, "nuvama"))!;
  const onFile = async () => openSession(world.ports, await row())?.secrets.appIdKey?.reveal();

  it("are kept as the last answer has them, and closing waits for that", async () => {
    const { ports, begun, letGo } = slow();
    const entry = await world.cache.get(tenant, "nuvama");
    const answers = createProxyAnswers(ports, world.cache, () => undefined);
    answers.taken(entry, { appidkey: "first" });
    await begun;
    answers.taken(entry, { appidkey: "second" });
    answers.taken(entry, { appidkey: "third" });
    const flushed = answers.flush();
    letGo();
    await flushed;
    expect(await onFile()).toBe("third");
    expect((await row()).generation).toBe(3);
    // Each that comes alone is kept by itself.
    const later = await world.cache.get(tenant, "nuvama");
    for (const appidkey of ["fourth", "fifth"]) {
      answers.taken(later, { appidkey });
      await answers.flush();
      expect(await onFile()).toBe(appidkey);
    }
  });

  it("that can't be kept are told of with the reason, and hold nothing up", async () => {
    const { ports, warned } = slow();
    const transaction = () => Promise.reject(new StoreProblem("store_busy", "busy"));
    const entry = await world.cache.get(tenant, "nuvama");
    const broken = { ...ports, store: { ...ports.store, transaction } };
    const answers = createProxyAnswers(broken, world.cache, () => undefined);
    answers.taken(entry, { appidkey: "lost" });
    await answers.flush();
    expect(warned).toEqual([["newer_session_unkept", { connection: "nuvama", code: "store_busy" }]]);
    expect(await onFile()).not.toBe("lost");
  });
});
