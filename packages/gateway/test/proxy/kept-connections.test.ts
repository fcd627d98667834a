import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

describe("calls through the proxy", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    const [[, onFile]] = databases;
    world = await newProxyWorld(await onFile(), { brokers: ["zebu"] });
    await world.connect("zebu");
    await world.connect("zebu", "another");
    await world.moveTo("zebu", "nasty");
  }, 60_000);
  afterAll(() => world.close());

  it("of all users one after the other take one connection to the broker, at once as many as they are", async () => {
    for (let i = 0; i < 10; i++)
      expect((await world.firstCall("zebu", i % 2 === 0 ? "zebu" : "another")).status).toBe(200);
    expect(world.nasty.arrived).toHaveLength(10);
    expect(world.nasty.connections()).toBe(1);
    // The server counts: two that wait for their answers side by side can't share one.
    const held: (() => void)[] = [];
    world.nasty.answer((_, response) => void held.push(() => response.end("{}")));
    const both = [world.firstCall("zebu"), world.firstCall("zebu", "another")];
    await expect.poll(() => held.length).toBe(2);
    for (const letGo of held) letGo();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(world.nasty.connections()).toBe(2);
  });
});
