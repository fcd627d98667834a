import { type AnyClient, KunjiError } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepRenewed } from "../../src/flows/keep-renewed.js";
import { databases } from "../support/databases.js";
import { type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const [[, onFile]] = databases;

describe("a renewed session whose connection was closed meanwhile", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterAll(() => world.close());

  /** Keeps a renewed session of a connection that is closed; what was warned of. */
  async function closedMeanwhile(id: string, logout: AnyClient["logout"]) {
    const connection = await world.connect("zebu", id);
    const session = await world.session(id);
    if (!session || !logout) throw new Error("no session");
    const warned: unknown[] = [];
    const warn = (what: string, facts?: object) => void warned.push([what, facts]);
    const ports = { ...world.ports, signals: { ...world.ports.signals, warn } };
    await world.store.connections.close(tenant, id, world.now());
    const client = { ...(await world.client("zebu")), logout };
    expect((await keepRenewed(ports, connection, client, session)).status).toBe("closed");
    return warned;
  }

  it("is logged out, and where that fails the warning says why", async () => {
    const asked: string[] = [];
    const taken = await closedMeanwhile("a", async ({ account }) => void asked.push(account ?? ""));
    expect([asked, taken]).toEqual([["ZP0001"], []]);
    const refused = await closedMeanwhile("b", () =>
      Promise.reject(new KunjiError("logout_refused", { broker: "zebu" })),
    );
    const facts = { broker: "zebu", connection: "b", code: "logout_refused" };
    expect(refused).toEqual([["logout_failed", facts]]);
  });
});
