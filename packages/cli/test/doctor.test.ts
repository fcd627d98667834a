import { chmod, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { BrokerId } from "kunji";
import { describe, expect, it } from "vitest";
import type { Finding } from "../src/doctor/finding.js";
import { presetOf } from "./support/people.js";
import { afterwards, freePort, type Rig, rig } from "./support/rig.js";

interface Report {
  readonly exit: number;
  readonly findings: readonly Finding[];
  /** What it says of a check, at its worst level. */
  of(check: string): Finding | undefined;
}

async function doctor(
  at: Rig,
  args: readonly string[] = [],
  world: Parameters<Rig["kunji"]>[1] = {},
): Promise<Report> {
  const { exit, stdout } = await at.kunji(["doctor", ...args, "--json"], world);
  const { findings, ok } = JSON.parse(stdout) as { findings: Finding[]; ok: boolean };
  const live = args.includes("live");
  expect(ok).toBe(
    findings.every(({ check, level }) => level !== "fail" && !(live && check === "keys" && level === "warn")),
  );
  expect(exit).toBe(ok ? 0 : 6);
  const worst = (level: Finding["level"]) => ["ok", "warn", "fail"].indexOf(level);
  const of = (check: string) =>
    findings.filter((one) => one.check === check).sort((a, b) => worst(b.level) - worst(a.level))[0];
  return { exit, findings, of };
}

/** Keeps own keys: the sandbox's ready ones, with some of them changed. */
async function keep(
  at: Rig,
  broker: BrokerId,
  changed: Record<string, string>,
  env = "sandbox",
): Promise<void> {
  const { app } = await presetOf(at, broker);
  const stdin = JSON.stringify({ ...app, ...changed });
  expect(await at.kunji(["app", "set", broker, "--env", env, "--stdin-json"], { stdin })).toMatchObject({
    exit: 0,
  });
}

/** Broken input beside the same input with the flaw removed. */
async function failsThenPasses(
  check: string,
  args: readonly string[],
  at: Rig,
  spoil: () => Promise<unknown>,
  mend: () => Promise<unknown>,
): Promise<string> {
  await spoil();
  const broken = await doctor(at, args);
  expect(broken.of(check)?.level).toBe("fail");
  await mend();
  const mended = await doctor(at, args);
  expect(mended.of(check)?.level).toBe("ok");
  expect(mended.exit).toBe(0);
  return broken.of(check)?.says ?? "";
}

describe("doctor", () => {
  it("finds nothing in a fresh sandbox, for all brokers and for one", async () => {
    const at = await rig();
    const all = await doctor(at);
    expect(new Set(all.findings.map(({ level }) => level))).toEqual(new Set(["ok"]));
    expect(new Set(all.findings.map(({ broker }) => broker)).size).toBe(6);
    expect((await doctor(at, ["zebu"])).findings.length).toBeLessThan(all.findings.length);
  });

  it("changes nothing: no user is logged in and no consent given", async () => {
    const at = await rig();
    await doctor(at);
    for (const broker of ["ventura", "nuvama", "zebu", "rmoney"] as const)
      expect(at.sandbox.world.sessions(broker, { kind: "user" })).toEqual([]);
    const app = at.sandbox.world.app("nuvama", "vendor", "TEST2");
    expect(app && at.sandbox.world.hasConsent(app, "80126245")).toBe(false);
  });

  it("finds a sandbox that does not answer, and says how to start it", async () => {
    const at = await rig();
    const url = at.env.KUNJI_SANDBOX_URL ?? "";
    const says = await failsThenPasses(
      "sandbox",
      ["zebu"],
      at,
      async () => {
        at.env.KUNJI_SANDBOX_URL = `http://127.0.0.1:${await freePort()}`;
      },
      async () => {
        at.env.KUNJI_SANDBOX_URL = url;
      },
    );
    expect(says).toContain("npm start");
  });

  it.each([31_999, 30_000, 0, -30_000, -31_999])("judges a clock that is %d ms off by 30 s", async (off) => {
    const at = await rig();
    // The rig's answers carry its clock's whole seconds; the command's own clock is ahead by `off`.
    const shown = at.clock.now;
    const fetchDated = async (url: string, init: RequestInit) => {
      const response = await fetch(url, init);
      const headers = new Headers(response.headers);
      headers.set("date", new Date(shown).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    };
    at.clock.now = shown + off;
    const { of } = await doctor(at, ["zebu"], { fetch: fetchDated });
    expect(of("clock")?.level).toBe(Math.abs(off) > 31_000 ? "fail" : "ok");
    if (off > 31_000) expect(of("clock")?.says).toContain("ahead");
  });

  it("takes no notice of a sandbox's clock that somebody has moved", async () => {
    const at = await rig();
    await at.kunji(["sandbox", "clock", "advance", "8h"]);
    expect((await doctor(at, ["zebu"])).of("clock")?.level).toBe("ok");
  });

  it.skipIf(process.platform === "win32")("finds a key file that others can read", async () => {
    const at = await rig();
    await at.kunji(["login", "zebu", "--no-browser"]);
    const key = join(at.folder, "key");
    const says = await failsThenPasses(
      "key file",
      ["zebu"],
      at,
      () => chmod(key, 0o640),
      () => chmod(key, 0o600),
    );
    expect(says).toContain("chmod 600");
  });

  it("finds a damaged key file and a session that can't be opened", async () => {
    const at = await rig();
    await at.kunji(["login", "zebu", "--no-browser"]);
    const file = join(at.folder, "session.zebu.sandbox");
    await failsThenPasses(
      "session",
      ["zebu"],
      at,
      () => writeFile(file, "v1.a.b"),
      () => rm(file).then(() => at.kunji(["login", "zebu", "--no-browser"])),
    );
    await writeFile(join(at.folder, "key"), "short");
    expect((await doctor(at, ["zebu"])).of("key file")).toMatchObject({ level: "fail" });
  });

  it("finds a port that is taken", async () => {
    const at = await rig();
    const server = createServer();
    const close = () => new Promise((resolve) => server.close(resolve));
    afterwards(close);
    const take = () => new Promise<void>((resolve) => server.listen(at.port, "127.0.0.1", resolve));
    const says = await failsThenPasses("port", ["zebu"], at, take, close);
    expect(says).toContain(`${at.port}`);
  });
});

describe("doctor on an app's keys", () => {
  const right = {};
  const [id, secret] = ["7LgeAMyKQgWL6ErlU1wm", "Vn4sQ8zLr2TgYw6KcB1mXh9DpJ5eUa3F"];
  it.each([
    [
      "the secret in the app key's place",
      "ventura",
      { app_key: secret, app_secret: id },
      "belongs in App secret",
    ],
    ["the id in the secret's place", "rmoney", { apiSecret: "KUNJICLI" }, "belongs in App code"],
    [
      "two ids in each other's place",
      "nuvama",
      { vendor: "apiventest", api_key: "TEST2" },
      "belongs in API key",
    ],
    ["a password of the wrong length", "nuvama", { pwd: "ten-digits" }, "must have 16 characters"],
    [
      "a security key of the wrong length",
      "nuvama",
      { securityKey: "fifteen-letters" },
      "must have 16 characters",
    ],
    ["an app key that the broker does not know", "zebu", { client_id: "ABD" }, "names no app"],
    [
      "a password that the broker refuses",
      "nuvama",
      { pwd: "sixteen-letters-" },
      "does not accept the app's keys",
    ],
  ] as const)("finds %s", async (_, broker, changed, sentence) => {
    const at = await rig();
    const spoil = () => keep(at, broker, changed);
    const says = await failsThenPasses("keys", [broker], at, spoil, () => keep(at, broker, right));
    expect(says).toContain(sentence);
    expect(says).toContain(`kunji app set ${broker}`);
    for (const value of Object.values(changed)) expect(says).not.toContain(value);
  });

  it.each([
    ["one key in two fields", "ventura", { app_secret: id }, "fail", "hold the same value"],
    ["a secret as id", "ventura", { app_key: secret, app_secret: id }, "warn", "looks like a secret"],
    ["a password of the wrong length", "nuvama", { pwd: "ten-digits" }, "fail", "must have 16 characters"],
  ] as const)("finds %s also without a sandbox", async (_, broker, changed, level, sentence) => {
    const at = await rig();
    const keysOf = async () =>
      (await doctor(at, [broker, "--env", "live"], { fetch: async () => new Response("") })).of("keys");
    await keep(at, broker, changed, "live");
    const found = await keysOf();
    expect(found).toMatchObject({ level });
    expect(found?.says).toContain(sentence);
    await keep(at, broker, right, "live");
    expect(await keysOf()).toMatchObject({ level: "ok" });
  });

  it("takes a security key of its own beside a password of any length", async () => {
    const at = await rig();
    await keep(at, "nuvama", { pwd: "ten-digits", securityKey: "sixteen-letters-" });
    const { findings } = await doctor(at, ["nuvama"]);
    expect(findings.map(({ says }) => says).join()).not.toContain("must have 16 characters");
  });

  it.each([
    ["quotes around it", { client_id: '"ABC"' }, "quotes"],
    ["a blank behind it", { client_id: "ABC " }, "blank"],
    ["a web address", { client_id: "https://app.example/" }, "web address"],
    ["what looks like a secret", { client_id: "Vn4sQ8zLr2TgYw6KcB1mXh9DpJ5eUa3F" }, "looks like a secret"],
  ])("warns of an id that has %s", async (_, changed, word) => {
    const at = await rig();
    await keep(at, "zebu", changed);
    const warned = (await doctor(at, ["zebu"])).findings.filter(({ level }) => level === "warn");
    expect(warned.map(({ says }) => says).join()).toContain(word);
    await keep(at, "zebu", right);
    expect((await doctor(at, ["zebu"])).findings.filter(({ level }) => level !== "ok")).toEqual([]);
  });

  it("finds a redirect URL that differs from the registered one", async () => {
    const at = await rig();
    const port = await freePort();
    const other = { redirect_url: `http://127.0.0.1:${port}/callback/zebu` };
    const says = await failsThenPasses(
      "redirect URL",
      ["zebu"],
      at,
      () => keep(at, "zebu", other),
      () => keep(at, "zebu", right),
    );
    expect(says).toContain(`${port}`);
    expect(says).toContain(`${at.port}`);
  });

  it("warns of a redirect URL that is not on this machine, and finds it registered nowhere", async () => {
    const at = await rig();
    await keep(at, "zebu", { redirect_url: "https://app.example/callback" });
    const { findings } = await doctor(at, ["zebu"]);
    expect(findings.find(({ level }) => level === "warn")?.says).toContain("paste");
  });

  it("says where keys are missing, and what to do", async () => {
    const at = await rig();
    const { of } = await doctor(at, ["zebu", "--env", "live"]);
    expect(of("keys")).toMatchObject({ level: "fail" });
    expect(of("keys")?.says).toContain("kunji app set zebu --env live");
  });

  it("finds a host that does not answer, and sends it no credential", async () => {
    const at = await rig();
    await keep(at, "zebu", {}, "live");
    const asked: { url: string; init: RequestInit }[] = [];
    const answer = (works: boolean) => async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      if (!works) throw new TypeError("fetch failed");
      return new Response("", { status: 404, headers: { date: new Date(at.clock.now).toUTCString() } });
    };
    const down = await doctor(at, ["zebu", "--env", "live"], { fetch: answer(false) });
    expect(down.of("host")).toMatchObject({ level: "fail" });
    expect(down.of("host")?.says).toContain("go.mynt.in");
    const up = await doctor(at, ["zebu", "--env", "live"], { fetch: answer(true) });
    expect(up.of("host")).toMatchObject({ level: "ok" });
    expect(asked.map(({ url }) => url)).toEqual(["https://go.mynt.in/", "https://go.mynt.in/"]);
    for (const { init } of asked) expect(Object.keys(init)).toEqual(["method", "redirect", "signal"]);
  });
});
