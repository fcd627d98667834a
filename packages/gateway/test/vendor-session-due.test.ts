import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renewDueVendorSessions } from "../src/flows/vendor-session.js";
import { databases } from "./support/databases.js";
import { newVendorWorld, type VendorWorld, vendorPath } from "./support/vendor-world.js";

const minute = 60_000;
const hour = 60 * minute;

describe.each(databases)("a vendor session that is due on %s", (_, open) => {
  let world: VendorWorld;
  beforeEach(async () => {
    world = await newVendorWorld(await open());
  });
  afterEach(() => world.close());

  it("is renewed an hour before its end, and not before", async () => {
    await world.connect("c1");
    const before = await world.row();
    world.advance(23 * hour - 1);
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    expect(await world.received("loginvendor")).toBe(1);
    world.advance(2);
    expect(await renewDueVendorSessions(world.ports)).toBe(1);
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    expect(await world.received("loginvendor")).toBe(2);
    const after = await world.row();
    expect(after).toMatchObject({ generation: 2, leaseOwner: null, endsAt: world.now() + 24 * hour });
    expect(after?.sealedSession).not.toEqual(before?.sealedSession);
    expect((await world.events()).filter(({ type }) => type === "vendor_session.started")).toEqual([
      {
        type: "vendor_session.started",
        connection: null,
        data: { app: "nuvama", ends_at: expect.any(String) },
      },
      {
        type: "vendor_session.started",
        connection: null,
        data: { app: "nuvama", ends_at: new Date(world.now() + 24 * hour).toISOString() },
      },
    ]);
  });

  it("is left alone where no connection lives by it, and renewed where one does", async () => {
    await world.connect("c1", "login_needed");
    world.advance(25 * hour);
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    for (const status of ["pending", "active", "unsure"] as const) {
      await world.store.connections.change("acme", "c1", { generation: 1 }, { status, at: world.now() });
      expect(await renewDueVendorSessions(world.ports)).toBe(1);
      world.advance(24 * hour);
    }
    expect(await world.received("loginvendor")).toBe(4);
  });

  it("is renewed by one of two gateways", async () => {
    await world.connect("c1");
    world.advance(24 * hour);
    const gateways = [world.ports, await world.secondGateway()];
    const renewed = await Promise.all(gateways.map((ports) => renewDueVendorSessions(ports)));
    expect(renewed.sort()).toEqual([0, 1]);
    expect(await world.received("loginvendor")).toBe(2);
  });

  it("is tried again five minutes after a failure, while a login does not wait", async () => {
    await world.connect("c1");
    world.advance(23 * hour + 1);
    await world.failOnce(vendorPath("loginvendor"));
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    expect(world.signalled).toContain("warn vendor_login_failed");
    expect(await world.row()).toMatchObject({ generation: 1, leaseOwner: null, triedWhat: "login" });
    world.advance(5 * minute - 1);
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    expect(await world.received("loginvendor")).toBe(2);
    world.advance(1);
    expect(await renewDueVendorSessions(world.ports)).toBe(1);
    expect(await world.received("loginvendor")).toBe(3);
    world.advance(24 * hour);
    await world.failOnce(vendorPath("loginvendor"));
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    await world.client().begin();
    expect(await world.received("loginvendor")).toBe(5);
  });

  it("is not renewed once it was logged out", async () => {
    await world.connect("c1");
    const row = await world.row();
    await world.store.vendorSessions.logOut("acme", "nuvama", row?.generation ?? 0, world.now());
    world.advance(24 * hour);
    expect(await renewDueVendorSessions(world.ports)).toBe(0);
    expect(await world.received("loginvendor")).toBe(1);
  });
});
