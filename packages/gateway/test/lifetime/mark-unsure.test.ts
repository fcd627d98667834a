import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markUnsure } from "../../src/flows/mark-unsure.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const [, onFile] = databases[0];

describe("a connection of which it isn't known what a try has done", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterAll(() => world.close());

  it("is told of once, with why and until when the session might live, and everyone hears of it", async () => {
    const connection = await world.connect("zebu", "told");
    const { heard, stop } = await hearChanges(world.store);
    const unsure = await markUnsure(world.ports, connection, "answer_invalid");
    expect(unsure).toMatchObject({ status: "unsure", reason: "answer_invalid" });
    expect(await markUnsure(world.ports, unsure, "network")).toMatchObject({ reason: "network" });
    await stop();
    expect(heard).toEqual([`${tenant} connection told`]);
    const ends_at = new Date(connection.endsAt ?? 0).toISOString();
    expect(await world.told("told")).toEqual([
      { type: "connection.unsure", connection: "told", data: { reason: "answer_invalid", ends_at } },
    ]);
  });

  it("is told of without an end where none is known", async () => {
    await world.connect("zebu", "endless");
    const session = await world.session("endless");
    if (!session) throw new Error("no session");
    await markUnsure(world.ports, await world.keep("endless", { ...session, clocks: [] }), "network");
    expect(await world.told("endless")).toMatchObject([{ data: { reason: "network", ends_at: null } }]);
  });

  it("is left as it is where others have settled it meanwhile", async () => {
    const connection = await world.connect("zebu", "settled");
    await world.store.connections.close(tenant, "settled", world.now());
    expect(await markUnsure(world.ports, connection, "network")).toMatchObject({ status: "closed" });
    expect(await world.told("settled")).toEqual([]);
  });
});
