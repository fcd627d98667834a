import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { type Rig, rig, start } from "./support/rig.js";

const quote = ["call", "zebu", "POST", "/NorenWClientAPI/GetQuotes"];
const body = '{"uid":"ZP0001","exch":"NSE","token":"2885"}';
const limits = ["call", "nuvama", "GET", "/edelmw-eq/eq/limits/rmssublimits/80126245/"];
const zebu = { broker: "zebu", env: "sandbox" } as const;
const nuvama = { broker: "nuvama", env: "sandbox" } as const;
const minute = 60_000;

async function loggedIn(broker: string): Promise<Rig> {
  const at = await rig();
  expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
  return at;
}
const paths = async (at: Rig, path: string) =>
  (await at.ledger("zebu")).filter((entry) => entry.path.endsWith(path)).length;

describe("the body", () => {
  it("is sent from the argument, from a file and from stdin alike", async () => {
    const at = await loggedIn("zebu");
    const file = join(at.data, "body.json");
    await writeFile(file, body);
    const ways = [
      ["-d", body],
      ["-d", `@${file}`],
      ["-d", "-"],
    ];
    const answers = [];
    for (const way of ways) answers.push(await at.kunji([...quote, ...way], { stdin: body }));
    for (const answer of answers) expect(answer).toMatchObject({ exit: 0, stderr: "" });
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    const sent = (await at.ledger("zebu")).filter(({ path }) => path.endsWith("GetQuotes"));
    expect(new Set(sent.map((entry) => JSON.stringify(entry.body))).size).toBe(1);
    expect(await at.kunji([...quote, "-d", `@${file}.none`])).toMatchObject({ exit: 2 });
  });

  it("of the answer comes out byte for byte, with the broker's status in the exit code", async () => {
    const at = await loggedIn("ventura");
    const session = await at.store.session({ broker: "ventura", env: "sandbox" });
    const direct = await fetch(`${at.origin}/ventura/user/v1/profile`, {
      headers: {
        "x-app-key": "7LgeAMyKQgWL6ErlU1wm",
        "x-client-id": session?.account ?? "",
        authorization: `Bearer ${session?.secrets.auth_token?.reveal()}`,
      },
    });
    const called = await at.kunji(["call", "ventura", "get", "/user/v1/profile"]);
    expect(called).toEqual({ exit: 0, stderr: "", stdout: await direct.text() });
    const none = await at.kunji(["call", "ventura", "GET", "/user/v1/nothing"]);
    expect(none.exit).toBe(5);
    expect(none.stdout).not.toBe("");
    expect(none.stderr).toContain("404");
  });
});

describe("headers", () => {
  it("are sent along, and a malformed one is refused", async () => {
    const at = await loggedIn("zebu");
    expect(
      await at.kunji([...quote, "-d", body, "-H", "X-Mine: one", "-H", "Accept: text/plain"]),
    ).toMatchObject({ exit: 0 });
    const sent = (await at.ledger("zebu")).at(-1)?.headers as Record<string, unknown>;
    expect(Object.keys(sent)).toContain("x-mine");
    expect(await at.kunji([...quote, "-d", body, "-H", "no colon"])).toMatchObject({ exit: 2 });
  });

  it("of the answer are shown with -i, but never a credential that the broker rotates", async () => {
    const at = await loggedIn("nuvama");
    at.clock.now = start + 61 * minute;
    const included = await at.kunji([...limits, "-i"]);
    expect(included.exit).toBe(0);
    expect(included.stdout).toMatch(/^HTTP 200\n/);
    expect(included.stdout).toMatch(/appidkey: \[secret\]/);
    const session = await at.store.session(nuvama);
    expect(included.stdout).not.toContain(session?.secrets.appIdKey?.reveal());
    at.clock.now = start + 122 * minute;
    const json = JSON.parse((await at.kunji([...limits, "--json"])).stdout);
    expect(json).toMatchObject({ status: 200, headers: { appidkey: "[secret]" } });
    expect(json.body).toHaveProperty("data");
  });
});

describe("what a call hands out", () => {
  it("N-20 is used by the next command: the newest AppIdKey, not the one of the login", async () => {
    const at = await loggedIn("nuvama");
    const first = (await at.store.session(nuvama))?.secrets.appIdKey?.reveal();
    at.clock.now = start + 61 * minute;
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
    const second = (await at.store.session(nuvama))?.secrets.appIdKey?.reveal();
    expect(second).not.toBe(first);
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
    const headers = (await at.ledger("nuvama"))
      .slice(-2)
      .map((entry) => entry.headers as Record<string, string>);
    expect(headers[0]?.appidkey).not.toBe(headers[1]?.appidkey);
  });

  it("N-20 is not lost where two commands call at the same moment", async () => {
    const at = await loggedIn("nuvama");
    at.clock.now = start + 61 * minute;
    const both = await Promise.all([at.kunji(limits), at.kunji(limits)]);
    expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
    const headers = (await at.ledger("nuvama"))
      .slice(-2)
      .map((entry) => entry.headers as Record<string, string>);
    // The second begins with what the first was given.
    expect(headers[0]?.appidkey).not.toBe(headers[1]?.appidkey);
    const kept = await at.store.session(nuvama);
    expect(kept?.usedAt).toBe(at.clock.now);
    expect(kept?.secrets.appIdKey?.reveal()).toMatch(/\.1$/);
  });

  it("N-12 starts the idle clock anew, also for the next command", async () => {
    const at = await loggedIn("nuvama");
    const left = async () =>
      JSON.parse((await at.kunji(["status", "nuvama", "--json"])).stdout)[0].seconds_left;
    const before = await left();
    at.clock.now = start + 30 * minute;
    expect(await left()).toBeLessThan(before);
    expect(await at.kunji(limits)).toMatchObject({ exit: 0 });
    expect(JSON.parse((await at.kunji(["status", "nuvama", "--json"])).stdout)[0].why).toMatch(/broker|idle/);
    expect((await at.store.session(nuvama))?.usedAt).toBe(at.clock.now);
  });

  it("N-04 leaves one vendor session to all commands", async () => {
    const at = await loggedIn("nuvama");
    await at.kunji(limits);
    await at.kunji(["login", "nuvama", "--no-browser", "--user", "80163504"]);
    const made = (await at.ledger("nuvama")).filter(({ path }) => path.includes("loginvendor"));
    expect(made).toHaveLength(1);
  });
});

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

describe("a path", () => {
  it("that leaves the broker is refused before anything is sent", async () => {
    const at = await loggedIn("zebu");
    const before = (await at.ledger("zebu")).length;
    for (const path of ["//other.example/x", "/../_sandbox/presets", "https://other.example/", "x"])
      expect(await at.kunji(["call", "zebu", "GET", path])).toMatchObject({ exit: 2, stdout: "" });
    expect(await at.ledger("zebu")).toHaveLength(before);
  });
});

describe("the command's own words", () => {
  it("print a session's secrets as [secret] in --json, also where the broker's body repeats them", async () => {
    const at = await loggedIn("zebu");
    const session = await at.store.session(zebu);
    const own = session?.secrets.refresh_token;
    if (!session || !own) throw new Error("no session");
    await at.store.saveSession(zebu, {
      ...session,
      secrets: { ...session.secrets, extra: new Secret("RELIANCE") },
    });
    const { stdout } = await at.kunji([...quote, "-d", body, "--json"]);
    expect(stdout).toContain("[secret]-EQ");
    expect((await at.kunji([...quote, "-d", body])).stdout).toContain("RELIANCE-EQ");
  });
});
