import { describe, expect, it } from "vitest";
import { type Rig, rig, start } from "./support/rig.js";

const quote = ["call", "zebu", "POST", "/NorenWClientAPI/GetQuotes"];
const body = '{"uid":"ZP0001","exch":"NSE","token":"2885"}';
const limits = ["call", "nuvama", "GET", "/edelmw-eq/eq/limits/rmssublimits/80126245/"];
const zebu = { broker: "zebu", env: "sandbox" } as const;
const minute = 60_000;

async function loggedIn(broker: string): Promise<Rig> {
  const at = await rig();
  expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
  return at;
}
const paths = async (at: Rig, path: string) =>
  (await at.ledger("zebu")).filter((entry) => entry.path.endsWith(path)).length;

describe("a session that is about to end", () => {
  it("Z-12 is renewed before the call without asking the user, and the newer one is kept", async () => {
    const at = await loggedIn("zebu");
    const old = (await at.store.session(zebu))?.secrets.access_token?.reveal();
    at.clock.now = start + 30 * minute;
    expect(await at.kunji([...quote, "-d", body])).toMatchObject({ exit: 0 });
    expect(await paths(at, "RefreshToken")).toBe(0);
    at.clock.now = start + 59 * minute + 30_000;
    expect(await at.kunji([...quote, "-d", body])).toMatchObject({ exit: 0 });
    expect(await paths(at, "RefreshToken")).toBe(1);
    expect((await at.store.session(zebu))?.secrets.access_token?.reveal()).not.toBe(old);
    expect(await at.kunji([...quote, "-d", body])).toMatchObject({ exit: 0 });
    expect(await paths(at, "RefreshToken")).toBe(1);
  });

  it("Z-12 is renewed once where two commands call at the same moment", async () => {
    const at = await loggedIn("zebu");
    at.clock.now = start + 70 * minute;
    expect(JSON.parse((await at.kunji(["status", "--json"])).stdout)).toMatchObject([{ state: "renews" }]);
    const both = await Promise.all([at.kunji([...quote, "-d", body]), at.kunji([...quote, "-d", body])]);
    expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(await paths(at, "RefreshToken")).toBe(1);
  });

  it("Z-12 keeps what a renewal handed out, also where the call itself fails", async () => {
    const at = await loggedIn("zebu");
    const old = (await at.store.session(zebu))?.secrets.access_token?.reveal();
    at.clock.now = start + 59 * minute + 30_000;
    await at.steer("POST", "faults", {
      broker: "zebu",
      path: "/NorenWClientAPI/GetQuotes",
      fault: "reset-before-answer",
    });
    expect(await at.kunji([...quote, "-d", body])).toMatchObject({ exit: 7, stdout: "" });
    expect((await at.store.session(zebu))?.secrets.access_token?.reveal()).not.toBe(old);
    expect(await at.kunji([...quote, "-d", body])).toMatchObject({ exit: 0 });
  });

  it("Z-10 keeps its refresh token through a renewal, so that the next one works too", async () => {
    const at = await loggedIn("zebu");
    const kept = (await at.store.session(zebu))?.secrets.refresh_token?.reveal();
    for (const _ of [1, 2]) {
      at.clock.now += 30 * minute;
      expect(await at.kunji(["refresh", "zebu"])).toMatchObject({ exit: 0 });
      expect((await at.store.session(zebu))?.secrets.refresh_token?.reveal()).toBe(kept);
    }
    expect(await at.kunji(["refresh", "ventura"])).toMatchObject({ exit: 2 });
  });

  it("Z-11 whose renewal is refused needs a login, and stays on file", async () => {
    const at = await loggedIn("zebu");
    at.clock.now = start + 70 * minute;
    await at.steer("POST", "zebu/sessions/end", {});
    const called = await at.kunji([...quote, "-d", body]);
    expect(called).toMatchObject({ exit: 3, stdout: "" });
    expect(called.stderr).toContain("kunji login zebu");
    expect(await at.store.session(zebu)).toBeDefined();
  });
});

describe("a session that has ended", () => {
  it("at the broker gets exit code 3 and the way to log in, and works again after it", async () => {
    const at = await loggedIn("rmoney");
    const call = ["call", "rmoney", "GET", "/open-api/od/v1/profile/"];
    await at.steer("POST", "rmoney/sessions/end", {});
    const ended = await at.kunji(call);
    expect(ended).toMatchObject({ exit: 3, stdout: "" });
    expect(ended.stderr).toContain("kunji login rmoney");
    await at.kunji(["login", "rmoney", "--no-browser"]);
    expect(await at.kunji(call)).toMatchObject({ exit: 0 });
  });

  it("N-13 by our clock sends nothing any more", async () => {
    const at = await loggedIn("nuvama");
    at.clock.now = Date.parse("2026-11-22T00:30:00+05:30");
    const before = (await at.ledger("nuvama")).length;
    expect(await at.kunji(limits)).toMatchObject({ exit: 3 });
    expect(await at.ledger("nuvama")).toHaveLength(before);
    at.clock.now -= 1000;
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
  });

  it("follows the sandbox's clock where somebody has moved it", async () => {
    const at = await loggedIn("ventura");
    expect(await at.kunji(["sandbox", "clock", "advance", "23h"])).toMatchObject({ exit: 0 });
    expect(await at.kunji(["status", "ventura"])).toMatchObject({ exit: 0 });
    await at.kunji(["sandbox", "clock", "advance", "61m"]);
    expect(await at.kunji(["status", "ventura"])).toMatchObject({ exit: 3 });
    await at.kunji(["sandbox", "clock", "follow"]);
    expect(await at.kunji(["status", "ventura"])).toMatchObject({ exit: 0 });
  });

  it("N-17 with its vendor's logout needs a login, and no vendor login is made by itself", async () => {
    const at = await loggedIn("nuvama");
    expect(await at.kunji(["logout", "nuvama", "--vendor"])).toMatchObject({ exit: 0 });
    expect(await at.kunji(limits)).toMatchObject({ exit: 3 });
    const vendorLogins = async () =>
      (await at.ledger("nuvama")).filter(({ path }) => path.includes("loginvendor")).length;
    expect(await vendorLogins()).toBe(1);
    await at.kunji(["login", "nuvama", "--no-browser"]);
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
    expect(await at.kunji(["logout", "zebu", "--vendor"])).toMatchObject({ exit: 2 });
  });
});

describe("a vendor session that the broker has forgotten", () => {
  it("is told by doctor, and the next login makes another one, once", async () => {
    const at = await loggedIn("nuvama");
    const login = ["login", "nuvama", "--no-browser"];
    expect((await at.kunji(["doctor", "nuvama"])).stdout).not.toContain("vendor session");
    await at.steer("POST", "reset");
    expect((await at.kunji(["doctor", "nuvama"])).stdout).toContain("a login makes another one");
    for (const again of [login, login]) expect(await at.kunji(again)).toMatchObject({ exit: 0 });
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
    const made = (await at.ledger("nuvama")).filter(({ path }) => path.includes("loginvendor"));
    expect(made).toHaveLength(1);
  });
});

describe("an account in doubt", () => {
  it("R-11 opens no call before the profile has confirmed it", async () => {
    const at = await loggedIn("rmoney");
    const place = { broker: "rmoney", env: "sandbox" } as const;
    const session = await at.store.session(place);
    if (!session) throw new Error("no session");
    await at.store.saveSession(place, { ...session, account: "I99999", confirmed: false });
    expect(JSON.parse((await at.kunji(["status", "--json"])).stdout)).toMatchObject([
      { state: "unconfirmed" },
    ]);
    expect(await at.kunji(["call", "rmoney", "GET", "/open-api/od/v1/limits/"])).toMatchObject({
      exit: 3,
      stdout: "",
    });
    await at.store.saveSession(place, { ...session, confirmed: false });
    expect(await at.kunji(["call", "rmoney", "GET", "/open-api/od/v1/profile/"])).toMatchObject({ exit: 0 });
    expect((await at.store.session(place))?.confirmed).toBe(true);
  });

  it("is kept unconfirmed where the first call gave no answer, and proven by the next", async () => {
    const at = await rig();
    await at.steer("POST", "faults", {
      broker: "rmoney",
      path: "/open-api/od/v1/profile/",
      fault: "internal-error",
    });
    const login = await at.kunji(["login", "rmoney", "--no-browser", "--json"]);
    expect(login.exit).toBe(0);
    expect(JSON.parse(login.stdout)).toMatchObject({ proven: false });
    expect(login.stderr).toContain("the next call proves it");
    expect(await at.kunji(["call", "rmoney", "GET", "/open-api/od/v1/profile/"])).toMatchObject({ exit: 0 });
  });

  it("X-05 keeps the session on file where an answer can't be read", async () => {
    const at = await loggedIn("zebu");
    const before = await at.store.session(zebu);
    at.clock.now = start + 70 * minute;
    await at.steer("POST", "faults", {
      broker: "zebu",
      path: "/NorenWClientAPI/RefreshToken",
      fault: "not-json",
    });
    expect(await at.kunji(["refresh", "zebu"])).toMatchObject({ exit: 5, stdout: "" });
    const after = await at.store.session(zebu);
    expect(after?.secrets.refresh_token?.reveal()).toBe(before?.secrets.refresh_token?.reveal());
    expect(await at.kunji(["refresh", "zebu"])).toMatchObject({ exit: 0 });
  });
});
