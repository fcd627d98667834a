import { codes, KunjiError } from "kunji";
import { describe, expect, it } from "vitest";
import { commands } from "../src/commands.js";
import { explain } from "../src/explain.js";
import { readSettings } from "../src/settings.js";
import { presetOf } from "./support/people.js";
import { answers, rig } from "./support/rig.js";

describe("help", () => {
  it("lists every command and every exit code", async () => {
    const { kunji } = await rig();
    const { exit, stdout } = await kunji(["--help"]);
    expect(exit).toBe(0);
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`  ${name} +${summary}`));
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130]) expect(stdout).toMatch(new RegExp(`\\s${code}  \\w`));
    for (const name of ["KUNJI_DATA", "KUNJI_SANDBOX_URL", "KUNJI_SANDBOX_PORT", "NO_COLOR"])
      expect(stdout).toContain(name);
  });

  it.each(commands.map(({ name }) => name))("of %s shows examples, from both ways to ask", async (name) => {
    const { kunji } = await rig();
    const asked = await kunji(["help", name]);
    expect(asked).toMatchObject({ exit: 0, stderr: "" });
    expect(asked.stdout).toMatch(new RegExp(`^Usage: kunji ${name}[\\s\\S]*Examples?:\\n  .*kunji`));
    expect(await kunji([name, "--help"])).toEqual(asked);
    const options = Object.keys(commands.find((command) => command.name === name)?.options ?? {});
    for (const option of options) expect(asked.stdout).toContain(`--${option}`);
  });

  it("prints the version", async () => {
    const { kunji } = await rig();
    expect((await kunji(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("what can't be used", () => {
  it.each([
    [["logn"], "did you mean login?"],
    [["lgoin"], "did you mean login?"],
    [["login", "zebo"], "did you mean zebu?"],
    [["login"], "Say which broker."],
    [["login", "zebu", "--no-browsr"], "did you mean --no-browser?"],
    [["login", "zebu", "--env"], "--env needs a value."],
    [["login", "zebu", "--env", "Live!"], "small letters"],
    [["login", "zebu", "--env", "moon"], "it has sandbox, live, uat"],
    [["login", "zebu", "--json=yes"], "--json takes no value."],
    [["login", "zebu", "--env", "uat", "--env", "live"], "--env is given twice."],
    [["login", "zebu", "more"], "1 words at most"],
    [["login", "zebu", "--password-stdin"], "has no use"],
    [["call", "zebu"], "Say the method and the path."],
    [["sandbox", "clok"], "did you mean clock?"],
    [["sandbox", "clock", "advance"], "clock advance 8h1m"],
    [["app", "sett", "zebu"], "set, show or remove"],
  ])("%j ends with exit code 2 and a sentence", async (argv, sentence) => {
    const { kunji } = await rig();
    const { exit, stdout, stderr } = await kunji(argv);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n").length).toBeGreaterThan(1);
  });

  it("is one JSON object on stdout with --json", async () => {
    const { kunji } = await rig();
    const { exit, stdout } = await kunji(["status", "zebo", "--json"]);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  });

  it("repeats no value of an option that is none", async () => {
    const { kunji } = await rig();
    const { stdout, stderr } = await kunji(["login", "autoshares", "--pasword=hunter2", "--json"]);
    expect(stdout + stderr).not.toContain("hunter2");
  });
});

describe("exit codes", () => {
  it("follow from what the caller can do, for every code of the SDK", () => {
    const exits = { log_in: 3, fix_keys: 4, fix_input: 2, retry_later: 7, report: 5, none: 130 };
    for (const [code, [action]] of Object.entries(codes)) {
      const { exit, message, next } = explain(
        new KunjiError(code as keyof typeof codes, { broker: "zebu" }),
        "live",
      );
      // The registered redirect URL is another one: a login would end the same way again.
      expect(exit).toBe(code === "attempt_mismatch" ? 4 : exits[action]);
      expect(message).toMatch(/^zebu: .*\.$/);
      expect(next).toMatch(/\S/);
    }
  });

  it("say unexpected of anything else, without its words", () => {
    const { exit, message } = explain(new TypeError("secret input"), "sandbox");
    expect(exit).toBe(1);
    expect(message).not.toContain("secret input");
  });

  it("are 7 where no sandbox answers, and 0 with one that does", async () => {
    const at = await rig();
    const fetchNothing = () => Promise.reject(new TypeError("fetch failed"));
    const down = await at.kunji(["login", "zebu", "--no-browser"], { fetch: fetchNothing });
    expect(down.exit).toBe(7);
    expect(down.stderr).toContain("npm start");
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
  });

  it("are 7 where the broker asks for fewer calls, and its words can't steer the terminal", async () => {
    const at = await rig();
    await at.steer("POST", "faults", {
      broker: "zebu",
      path: "/NorenWClientAPI/GenAcsTok",
      fault: "too-many-requests",
    });
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 7 });
    const { message } = explain(new KunjiError("login_denied", { detail: "a\u001b[2Jb" }), "live");
    expect(message).toContain("a[2Jb");
  });
});

describe("the environment", () => {
  it("is the last login's, at first the sandbox", async () => {
    const at = await rig();
    expect(await at.store.lastEnv()).toBeUndefined();
    await at.kunji(["login", "zebu", "--no-browser"]);
    expect(await at.store.lastEnv()).toBe("sandbox");
    await at.store.saveLastEnv("live");
    const live = await at.kunji(["call", "zebu", "GET", "/x"]);
    expect(live).toMatchObject({ exit: 4 });
    expect(live.stderr).toContain("--env live");
    expect(await at.kunji(["call", "zebu", "GET", "/x", "--env", "sandbox"])).toMatchObject({ exit: 5 });
  });

  it("A-07 is configuration: it may be one of the person's own, with hosts of its own", async () => {
    const at = await rig();
    const { app } = await presetOf(at, "autoshares");
    const stdin = JSON.stringify(app);
    const set = ["app", "set", "autoshares", "--env", "demo", "--stdin-json"];
    expect(await at.kunji(set, { stdin })).toMatchObject({ exit: 2 });
    expect(await at.kunji([...set, "--api", `${at.origin}/autoshares/api/`], { stdin })).toMatchObject({
      exit: 0,
    });
    const login = ["login", "autoshares", "--env", "demo", "--user", "demo.trader", "--password-stdin"];
    expect(await at.kunji(login, { stdin: "Cedar-Harbor-42" })).toMatchObject({ exit: 0 });
    expect(await at.kunji(["call", "autoshares", "GET", "/v1.0/users/@me/info"])).toMatchObject({ exit: 0 });
    const shown = await at.kunji(["app", "show", "autoshares", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ env: "demo", source: "own" });
  });

  it("can't have other hosts where it is a known one", async () => {
    const { kunji } = await rig();
    const set = ["app", "set", "zebu", "--env", "live", "--api", "https://other.example", "--stdin-json"];
    expect(await kunji(set, { stdin: "{}" })).toMatchObject({ exit: 2 });
  });
});

describe("app", () => {
  const keys = {
    clientId: "MINE",
    secret: "hidden-text",
    redirectUri: "http://127.0.0.1:4702/callback/zebu",
  };

  it("asks for the keys, for secrets without echo, and shows only what is none", async () => {
    const { kunji } = await rig();
    const { ask, asked } = answers(...Object.values(keys));
    expect(await kunji(["app", "set", "zebu", "--env", "live"], { ask })).toMatchObject({ exit: 0 });
    expect(asked.map(({ hidden }) => hidden)).toEqual([false, true, false]);
    const { stdout } = await kunji(["app", "show", "zebu", "--env", "live"]);
    expect(stdout).toContain("MINE");
    expect(stdout).not.toContain("hidden-text");
    expect(await kunji(["app", "remove", "zebu", "--env", "live"])).toMatchObject({ exit: 0 });
    expect(await kunji(["app", "show", "zebu", "--env", "live"])).toMatchObject({ exit: 4 });
  });

  it.each([
    ["no JSON", "{secret"],
    ["a list", "[]"],
    ["a field that is none", JSON.stringify({ ...keys, "hidden-text": "x" })],
    ["a number", JSON.stringify({ ...keys, secret: 5 })],
    ["a field too few", JSON.stringify({ clientId: "MINE" })],
  ])("refuses %s on stdin, and repeats nothing of it", async (_, stdin) => {
    const { kunji } = await rig();
    const set = ["app", "set", "zebu", "--env", "live", "--stdin-json"];
    const { exit, stderr } = await kunji(set, { stdin });
    expect(exit).toBe(2);
    expect(stderr).not.toMatch(/hidden-text|\{secret/);
    expect(await kunji(set, { stdin: JSON.stringify(keys) })).toMatchObject({ exit: 0 });
  });
});

describe("sandbox", () => {
  it("steers users, faults, ledger, sessions and reset", async () => {
    const at = await rig();
    expect((await at.kunji(["sandbox", "users", "zebu"])).stdout).toContain("ZP0001");
    expect((await at.kunji(["sandbox", "faults"])).stdout).toContain("too-many-requests");
    expect(await at.kunji(["sandbox", "fault", "zebu", "too-many-requests"])).toMatchObject({ exit: 0 });
    expect((await at.kunji(["sandbox"])).stdout).toContain("1 faults are set");
    expect(await at.kunji(["sandbox", "fault", "zebu", "nonsense"])).toMatchObject({ exit: 5 });
    expect(await at.kunji(["sandbox", "faults", "clear"])).toMatchObject({ exit: 0 });
    await at.kunji(["login", "zebu", "--no-browser"]);
    expect((await at.kunji(["sandbox", "ledger", "zebu"])).stdout).toContain("GenAcsTok");
    expect((await at.kunji(["sandbox", "end", "zebu"])).stdout).toBe("Ended: 1.\n");
    expect(await at.kunji(["sandbox", "clock", "now", "2026-11-23T00:29:59+05:30"])).toMatchObject({
      exit: 0,
    });
    expect(await at.kunji(["sandbox", "reset"])).toMatchObject({ exit: 0 });
    expect(JSON.parse((await at.kunji(["sandbox", "clock", "--json"])).stdout)).toMatchObject({
      mode: "follow",
    });
  });
});

describe("settings", () => {
  it("put the files where the environment says", () => {
    expect(readSettings({ KUNJI_DATA: "/d", XDG_CONFIG_HOME: "/x", HOME: "/h" }, "linux").folder).toBe(
      "/d/cli",
    );
    expect(readSettings({ XDG_CONFIG_HOME: "/x", HOME: "/h" }, "linux").folder).toBe("/x/kunji");
    expect(readSettings({ HOME: "/h" }, "linux").folder).toBe("/h/.config/kunji");
    expect(readSettings({ HOME: "/h", APPDATA: "/a" }, "win32").folder).toBe("/a/kunji");
  });

  it("find the sandbox by port or address, and refuse what is neither without repeating it", () => {
    expect(readSettings({}).sandboxUrl).toBe("http://127.0.0.1:4701");
    expect(readSettings({ KUNJI_SANDBOX_PORT: "4801" }).sandboxUrl).toBe("http://127.0.0.1:4801");
    expect(readSettings({ KUNJI_SANDBOX_URL: "https://s.example/k/" }).sandboxUrl).toBe(
      "https://s.example/k",
    );
    for (const env of [
      { KUNJI_SANDBOX_PORT: "9x" },
      { KUNJI_SANDBOX_PORT: "70000" },
      { KUNJI_SANDBOX_URL: "ftp://u:p@x" },
    ])
      expect(() => readSettings(env)).toThrow(/^KUNJI_SANDBOX_(?:PORT|URL) must be/);
  });
});
