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
