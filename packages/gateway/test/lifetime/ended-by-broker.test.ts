import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { endedByBroker } from "../../src/flows/ended-by-broker.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import type { Connection } from "../../src/ports/connections.js";
import { databases } from "../support/databases.js";
import { type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const vendorLogin = "/edelmw-login/login/accounts/loginvendor/KUNJIGW";

describe.each(databases)("a broker's word that a session has ended, on %s", (_name, make) => {
  let world: LifetimeWorld;
  const types = async (id: string) => (await world.told(id)).map(({ type }) => type);
  const count = async (broker: "zebu" | "nuvama", path: string) =>
    (await world.received(broker, path)).length;

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  async function heard(connection: Connection, whose: "user" | "vendor") {
    const app = await world.store.apps.get(tenant, connection.app);
    if (!app) throw new Error("no app");
    return endedByBroker(world.ports, connection, app, whose);
  }

  it("is answered with a renewal where the broker renews, once for all calls that heard it", async () => {
    const connection = await world.connect("zebu", "z");
    const before = await count("zebu", refreshPath);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => heard(connection, "user"))))).toEqual(
      new Set(["renewed"]),
    );
    expect(await heard(connection, "user")).toBe("renewed");
    expect(await world.row("z")).toMatchObject({ status: "active", generation: 2 });
    expect((await count("zebu", refreshPath)) - before).toBe(1);
    expect(await world.livesAtBroker("z")).toBe(true);
  });

  it("asks for a login where the broker refuses the renewal, though the session's end lies ahead", async () => {
    const connection = await world.connect("zebu", "gone");
    await world.endAtBroker("zebu");
    expect(await heard(connection, "user")).toBe("login_needed");
    expect(await world.row("gone")).toMatchObject({
      status: "login_needed",
      reason: "broker_ended",
      sealedSession: null,
    });
    expect(await types("gone")).toEqual(["connection.login_needed"]);
    expect(await heard(connection, "user")).toBe("login_needed");
    expect(await types("gone")).toHaveLength(1);
  });

  it("leaves the connection unsure where the renewal's outcome can't be known", async () => {
    const connection = await world.connect("zebu", "outage");
    await world.fault("zebu", "internal-error", { path: refreshPath });
    expect(await heard(connection, "user")).toBe("unsure");
    expect(await world.row("outage")).toMatchObject({ status: "unsure", generation: 1 });
  });

  it("of an older generation changes nothing", async () => {
    const older = await world.connect("zebu", "older");
    await refreshSession(world.ports, tenant, "older", 1);
    const before = await count("zebu", refreshPath);
    expect(await heard(older, "user")).toBe("renewed");
    expect(await world.row("older")).toMatchObject({ status: "active", generation: 2 });
    expect(await count("zebu", refreshPath)).toBe(before);
  });

  it("asks for a login of every connection that shares the session, and of no other", async () => {
    const a = await world.connect("nuvama", "a");
    await world.connect("nuvama", "b");
    await world.connect("nuvama", "alone", "80163504");
    expect(await heard(a, "user")).toBe("login_needed");
    for (const id of ["a", "b"]) {
      expect(await world.row(id)).toMatchObject({
        status: "login_needed",
        reason: "broker_ended",
        sealedSession: null,
      });
      expect(await types(id)).toEqual(["connection.login_needed"]);
    }
    expect(await world.row("alone")).toMatchObject({ status: "active", generation: 1 });
    expect(await types("alone")).toEqual([]);
  });

  it("where it is the vendor's renews that, once for all, and leaves the user's as it is", async () => {
    const connection = await world.connect("nuvama", "v");
    await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/nuvama/sessions/end`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ vendor: true }),
    });
    const before = await count("nuvama", vendorLogin);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => heard(connection, "vendor"))))).toEqual(
      new Set(["renewed"]),
    );
    expect((await count("nuvama", vendorLogin)) - before).toBe(1);
    expect(await heard(connection, "vendor")).toBe("renewed");
    expect((await count("nuvama", vendorLogin)) - before).toBe(1);
    expect(await world.row("v")).toMatchObject({ status: "active", generation: 1 });
    expect(await world.livesAtBroker("v")).toBe(true);
  });

  it("where it is the vendor's, and the user's has ended too, asks for a login", async () => {
    const connection = await world.connect("nuvama", "both");
    await world.endAtBroker("nuvama");
    expect(await heard(connection, "vendor")).toBe("login_needed");
    expect(await world.row("both")).toMatchObject({ status: "login_needed", reason: "broker_ended" });
  });

  it("where it is the vendor's, and the broker can't be reached, asks for no login", async () => {
    const connection = await world.connect("nuvama", "away");
    await world.fault("nuvama", "internal-error", { times: 10 });
    expect(await heard(connection, "vendor")).toBe("unsure");
    await world.noFaults();
    expect(await heard(connection, "vendor")).toBe("renewed");
    expect(await world.row("away")).toMatchObject({ status: "active", generation: 1 });
  });
});
