import { describe, expect, it } from "vitest";
import { type Rig, rig, start } from "./support/rig.js";

async function loggedIn(broker: string): Promise<Rig> {
  const at = await rig();
  expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
  expect(await at.kunji(["status", broker])).toMatchObject({ exit: 0 });
  return at;
}

async function saysEnded(at: Rig, broker: string, why: string, words: string): Promise<void> {
  const { exit, stdout } = await at.kunji(["status", broker]);
  expect(exit).toBe(3);
  expect(stdout).toContain(words);
  expect(stdout).toContain(`kunji login ${broker}`);
  const json = await at.kunji(["status", broker, "--json"]);
  expect(json.exit).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { state: "ended", why, why_text: words, ends_at: null, seconds_left: 0 },
  ]);
}

async function livesAfterLogin(at: Rig, broker: string): Promise<void> {
  expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
  expect(await at.kunji(["status", broker])).toMatchObject({ exit: 0 });
}

describe("status, of a session that is over before its time", () => {
  it("says so after a call that the broker answered with a need to log in, until the next login", async () => {
    const at = await loggedIn("rmoney");
    const call = ["call", "rmoney", "GET", "/open-api/od/v1/profile/"];
    expect(await at.kunji(call)).toMatchObject({ exit: 0 });
    expect(await at.kunji(["status", "rmoney"])).toMatchObject({ exit: 0 });
    await at.steer("POST", "rmoney/sessions/end", {});
    expect(await at.kunji(call)).toMatchObject({ exit: 3 });
    await saysEnded(at, "rmoney", "broker_word", "the broker says so");
    await livesAfterLogin(at, "rmoney");
  });

  it("says so after a renewal that the broker refused, though it could be renewed by its clock", async () => {
    const at = await loggedIn("zebu");
    at.clock.now = start + 70 * 60_000;
    expect(await at.kunji(["refresh", "zebu"])).toMatchObject({ exit: 0 });
    await at.steer("POST", "zebu/sessions/end", {});
    expect(await at.kunji(["status", "zebu"])).toMatchObject({ exit: 0 });
    expect(await at.kunji(["refresh", "zebu"])).toMatchObject({ exit: 3 });
    await saysEnded(at, "zebu", "broker_word", "the broker says so");
    await livesAfterLogin(at, "zebu");
  });

  it("says so after its vendor was logged out, also where a login was begun and not finished", async () => {
    const at = await loggedIn("nuvama");
    expect(await at.kunji(["logout", "nuvama", "--vendor"])).toMatchObject({ exit: 0 });
    await saysEnded(at, "nuvama", "vendor_logout", "the vendor was logged out");
    // It begins a login, and with it a vendor session.
    await at.kunji(["doctor", "nuvama"]);
    await saysEnded(at, "nuvama", "vendor_logout", "the vendor was logged out");
    await livesAfterLogin(at, "nuvama");
  });

  it("reads the vendor's logout from the vendor's record", async () => {
    const at = await loggedIn("nuvama");
    const vendor = at.store.vendor({ broker: "nuvama", env: "sandbox" });
    const kept = await vendor.load();
    if (!kept) throw new Error("no vendor session");
    await vendor.save({ ...kept, loggedOut: true });
    await saysEnded(at, "nuvama", "vendor_logout", "the vendor was logged out");
    await vendor.save(kept);
    expect(await at.kunji(["status", "nuvama"])).toMatchObject({ exit: 0 });
  });

  it("keeps it live where a call got no answer", async () => {
    const at = await loggedIn("rmoney");
    await at.steer("POST", "faults", {
      broker: "rmoney",
      path: "/open-api/od/v1/profile/",
      fault: "internal-error",
    });
    expect((await at.kunji(["call", "rmoney", "GET", "/open-api/od/v1/profile/"])).exit).not.toBe(0);
    expect(await at.kunji(["status", "rmoney"])).toMatchObject({ exit: 0 });
  });
});
