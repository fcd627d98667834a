import { Secret } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renewVendorSession, signVendorIn } from "../src/flows/vendor-session-renewal.js";
import { databases } from "./support/databases.js";
import { hearChanges } from "./support/hear-changes.js";
import { newVendorWorld, type VendorWorld } from "./support/vendor-world.js";

const [, onFile] = databases[0];
const minute = 60_000;

describe("a renewal of an app's vendor session", () => {
  let world: VendorWorld;
  beforeEach(async () => {
    world = await newVendorWorld(await onFile());
  });
  afterEach(() => world.close());
  const renew = (unusable?: Secret) =>
    renewVendorSession(world.ports, world.app, unusable, { tries: 2, pauseMs: 1 });
  /** What stands for the token of one that was logged out, in the hands of a login. */
  const erased = new Secret("");

  it("is told of with its end, and every gateway hears of it", async () => {
    const { heard, stop } = await hearChanges(world.store);
    const { endsAt } = await renew();
    await stop();
    expect(heard).toEqual([`acme vendor_session ${world.app.id}`]);
    const data = { app: world.app.id, ends_at: new Date(endsAt).toISOString() };
    expect(await world.events()).toEqual([{ type: "vendor_session.started", connection: null, data }]);
  });

  it("answers the one on file while more than ten minutes of it are left", async () => {
    const first = await renew();
    world.advance(first.endsAt - world.now() - 10 * minute - 1);
    expect((await renew()).token.reveal()).toBe(first.token.reveal());
    world.advance(1);
    expect((await renew()).token.reveal()).not.toBe(first.token.reveal());
    expect(await world.received("loginvendor")).toBe(2);
  });

  it("is not made for a call once it was logged out on purpose, and is for a login", async () => {
    const first = await renew();
    await world.store.vendorSessions.logOut("acme", world.app.id, 1, world.now());
    await expect(renew(first.token)).rejects.toMatchObject({ code: "login_needed", field: "vendor" });
    await expect(renew()).rejects.toMatchObject({ code: "login_needed", field: "vendor" });
    expect(await world.received("loginvendor")).toBe(1);
    const second = await renew(erased);
    expect([second.loggedOut, await world.received("loginvendor")]).toEqual([false, 2]);
    expect((await renew(first.token)).token.reveal()).toBe(second.token.reveal());
  });

  it("is another one for who can't use the one that others are being answered", async () => {
    const first = await renew();
    const [same, another] = await Promise.all([renew(), renew(first.token)]);
    expect(same.token.reveal()).toBe(first.token.reveal());
    expect(another.token.reveal()).not.toBe(first.token.reveal());
    expect(await world.received("loginvendor")).toBe(2);
  });

  it("is not shared between a call and a login that ask at once", async () => {
    await renew();
    await world.store.vendorSessions.logOut("acme", world.app.id, 1, world.now());
    const [call, login] = await Promise.allSettled([renew(), renew(erased)]);
    expect([call.status, login.status]).toEqual(["rejected", "fulfilled"]);
  });

  it("says who is at it where others are for too long, and comes once they are done", async () => {
    const { vendorSessions } = world.store;
    await vendorSessions.lease("acme", world.app.id, { owner: "others", ms: 60 * minute, at: world.now() });
    await expect(renew()).rejects.toMatchObject({
      code: "busy",
      facts: { broker: "nuvama", retryAfterS: 5 },
    });
    await vendorSessions.release("acme", world.app.id, "others");
    expect((await renew()).loggedOut).toBe(false);
  });

  it("is not sent by one whose lease has passed to another", async () => {
    const { vendorSessions } = world.store;
    const lease = (owner: string) =>
      vendorSessions.lease("acme", world.app.id, { owner, ms: 60 * minute, at: world.now() });
    const late = await lease("late");
    await vendorSessions.release("acme", world.app.id, "late");
    const current = await lease("current");
    if (!late || !current) throw new Error("no lease");
    expect(await signVendorIn(world.ports, world.app, late)).toBeUndefined();
    expect(await signVendorIn(world.ports, world.app, { ...late, leaseOwner: null })).toBeUndefined();
    expect(await world.received("loginvendor")).toBe(0);
    expect(await signVendorIn(world.ports, world.app, current)).toMatchObject({ loggedOut: false });
    expect(await world.received("loginvendor")).toBe(1);
  });

  it("says where the broker knows no vendor", async () => {
    await world.addTenant("plain", ["zebu"]);
    const app = await world.store.apps.get("plain", "zebu");
    if (!app) throw new Error("no app");
    await expect(renewVendorSession(world.ports, app, undefined)).rejects.toMatchObject({
      code: "vendor_session_absent",
      facts: { broker: "zebu" },
    });
  });
});
