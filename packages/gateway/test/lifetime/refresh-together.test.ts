import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refreshSession } from "../../src/flows/refresh-session.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const [[, onFile]] = databases;

describe("refreshes at once in one gateway", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterAll(() => world.close());

  /** Ports that note whose lease was asked for. */
  function notingLeases(): { readonly ports: Ports; readonly asked: string[] } {
    const { store } = world;
    const asked: string[] = [];
    const lease: typeof store.connections.lease = (of, id, wish) => {
      asked.push(`${of} ${id}`);
      return store.connections.lease(of, id, wish);
    };
    const connections = { ...store.connections, lease };
    return { ports: { ...world.ports, store: { ...store, connections } }, asked };
  }

  it("of one session ask for its lease once, and the next one asks again", async () => {
    await world.connect("zebu", "one");
    const { ports, asked } = notingLeases();
    const [first, ...others] = await Promise.all(
      [1, 2, 3].map(() => refreshSession(ports, tenant, "one", 1)),
    );
    expect(first).toMatchObject({ id: "one", generation: 2 });
    expect(others).toEqual([first, first]);
    expect(asked).toEqual(["acme one"]);
    expect(await refreshSession(ports, tenant, "one", 1)).toMatchObject({ generation: 2 });
    expect(asked).toEqual(["acme one", "acme one"]);
  });

  it("of other connections, of another tenant's or of another generation keep to their own", async () => {
    await world.addTenant("other", []);
    await world.connect("zebu", "a");
    await world.connect("zebu", "b");
    const before = (await world.received("zebu", refreshPath)).length;
    const { ports, asked } = notingLeases();
    const [a, b, foreign, older] = await Promise.allSettled([
      refreshSession(ports, tenant, "a", 1),
      refreshSession(ports, tenant, "b", 1),
      refreshSession(ports, "other", "a", 1),
      refreshSession(ports, tenant, "a", 0, { waitMs: 0 }),
    ]);
    expect(a).toMatchObject({ value: { id: "a", generation: 2 } });
    expect(b).toMatchObject({ value: { id: "b", generation: 2 } });
    expect(foreign).toMatchObject({ reason: { code: "not_found" } });
    expect(older).toMatchObject({ value: { id: "a" } });
    expect(asked).toEqual(["acme a", "acme b", "other a", "acme a"]);
    expect((await world.received("zebu", refreshPath)).length - before).toBe(2);
  });
});
