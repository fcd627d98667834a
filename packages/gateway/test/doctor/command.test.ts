import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doctor, findingsOf } from "../../src/commands/doctor.js";
import { readSettings, settingsDespiteFaults, unknownSettings } from "../../src/settings.js";
import { startForwardProxy } from "../egress/support/forward-proxy.js";
import { type Env, newPatient, type Patient, places } from "./support/examined.js";

const hooks = new URL("../support/typescript-hooks.mjs", import.meta.url).href;
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

let compiled: string;
beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), "kunji-compiled-"));
});
afterAll(() => rm(compiled, { recursive: true }));

/** Runs the program as an operator does. */
function program(env: Env, ...args: readonly string[]) {
  const own = { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiled, ...env };
  return new Promise<{ status: number; text: string }>((resolve) => {
    execFile(process.execPath, ["--import", hooks, main, ...args], { env: own }, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

describe("kunji-gateway doctor", () => {
  let patient: Patient;
  beforeAll(async () => {
    patient = await newPatient(places[0][1]);
    await patient.whole.addApp("zebu");
  });
  afterAll(() => patient.close());

  it("says a line a check, and ends with 1 where something is wrong and with 0 where nothing is", async () => {
    const good = await program(patient.env, "doctor");
    expect([good.status, good.text]).toEqual([
      0,
      expect.stringMatching(/✓ database {3}The SQLite file[\s\S]*Nothing is wrong/),
    ]);
    expect(good.text).not.toMatch(/[✗!]/);
    const bad = await program({ ...patient.env, KUNJI_KEY_FILE: "/nowhere/marked-path" }, "doctor");
    expect(bad.status).toBe(1);
    expect(bad.text).toMatch(/✗ keys .*KUNJI_KEY_FILE names is not there[\s\S]*→ Put its copy back/);
    expect(bad.text).toMatch(/To mend: 1/);
  }, 40_000);

  it("finds every setting that is wrong, as JSON, and makes the checks that don't go by one", async () => {
    const env = {
      ...patient.env,
      KUNJI_EVENING: "late",
      KUNJI_SANDBOX_URL: "marked secret",
      KUNJI_PROT: "1",
    };
    const { status, text } = await program(env, "doctor", "--json");
    const told = JSON.parse(text) as {
      ok: boolean;
      findings: { check: string; level: string; says: string }[];
    };
    expect([status, told.ok]).toEqual([1, false]);
    const of = (check: string) =>
      told.findings.filter((one) => one.check === check).map(({ level, says }) => [level, says]);
    expect(of("settings")).toEqual([
      ["fault", expect.stringContaining("KUNJI_SANDBOX_URL")],
      ["fault", expect.stringContaining("KUNJI_EVENING")],
      ["warn", "KUNJI_PROT is no setting."],
    ]);
    expect(of("brokers")).toEqual([["warn", "Not checked."]]);
    expect(of("keys")[0]).toEqual(["ok", expect.any(String)]);
    expect(text).not.toContain("marked secret");
  }, 40_000);

  it("takes --json and nothing else", async () => {
    const world = {
      settings: readSettings(patient.env),
      fetch,
      randomBytes,
      now: Date.now,
      wait: async () => 0,
    };
    const said: string[] = [];
    const run = (...args: string[]) => doctor.run(args, { ...world, say: (line) => void said.push(line) });
    await expect(run("--mend")).rejects.toThrow("takes --json, and nothing else");
    await run("--json");
    expect(JSON.parse(said.join())).toMatchObject({ ok: true });
    expect(process.exitCode ?? 0).toBe(0);
  });
});

describe("doctor's settings", () => {
  const levels = async (env: Env) => {
    const findings = await findingsOf(settingsDespiteFaults(env), unknownSettings(env), {
      now: Date.now,
      randomBytes,
      fetch,
    });
    return findings.filter(({ check }) => check === "settings").map(({ level, says }) => `${level} ${says}`);
  };
  const data = { KUNJI_DATA: "/nowhere/at/all", KUNJI_PORT: "0" };
  it.each([
    [
      "a public URL that is not https",
      { KUNJI_PUBLIC_URL: "http://kunji.example" },
      { KUNJI_PUBLIC_URL: "http://localhost:4700" },
      "fault",
    ],
    [
      "a proxy before it that nobody has named",
      { KUNJI_PUBLIC_URL: "https://kunji.invalid" },
      { KUNJI_PUBLIC_URL: "https://kunji.invalid", KUNJI_TRUSTED_PROXIES: "127.0.0.1" },
      "warn",
    ],
    ["a slip of the pen", { KUNJI_LOGLEVEL: "info" }, { KUNJI_LOG_LEVEL: "info" }, "warn"],
    [
      "two that are wrong only together",
      { KUNJI_HOST: "0.0.0.0" },
      {
        KUNJI_HOST: "0.0.0.0",
        KUNJI_PUBLIC_URL: "https://kunji.invalid",
        KUNJI_TRUSTED_PROXIES: "10.0.0.0/8",
      },
      "fault",
    ],
  ] as const)("finds %s", async (_, spoiled: Env, mended: Env, level) => {
    expect((await levels({ ...data, ...spoiled })).map((one) => one.split(" ")[0])).toContain(level);
    expect(await levels({ ...data, ...mended })).toEqual(["ok Every setting can be used."]);
  });

  it("knows what other programs are set by", () => {
    const others = { KUNJI_SANDBOX_PORT: "1", KUNJI_SANDBOX_HOSTS: "a", KUNJI_BOUND_TO: "1" };
    expect(unknownSettings(others)).toEqual([]);
    expect(unknownSettings({ ...others, KUNJI_SANDBOX_PROT: "1" })).toEqual(["KUNJI_SANDBOX_PROT"]);
  });
});

describe.each(places)("doctor on secrets, on %s", (_, place) => {
  it("shows none of them, whatever is wrong", async () => {
    const mark = "marked-0f3c9a51e7b2d84661";
    const patient = await newPatient(place, {
      KUNJI_EGRESS_TARGETS: "any",
      KUNJI_API_KEY: `${mark}-of-thirty-two-and-more`,
    });
    const proxy = await startForwardProxy({ login: `user:${mark}` });
    try {
      const keys = { clientId: `${mark}-id`, secret: `${mark}-secret` };
      const { whole } = patient;
      const body = {
        broker: "zebu",
        environment: "sandbox",
        keys,
        return_urls: [`https://app.example/${mark}`],
      };
      const egress = proxy.with(`user:${mark}`);
      expect((await whole.ask("PUT", "/v1/apps/zebu", { body: { ...body, egress } })).status).toBe(200);
      const hook = { url: `https://${mark}:${mark}@hooks.example/${mark}?${mark}` };
      await whole.ask("POST", "/v1/webhooks", { body: hook });
      await whole.ask("POST", "/v1/webhooks", { body: { url: `https://hooks.example/${mark}` } });
      await patient.run(`update webhooks set paused_at = ${Date.now()}`);
      const [, key = ""] = (await readFile(join(whole.data, "gateway", "keys"), "utf8")).trim().split(":");
      const told: string[] = [];
      const tell = async (env: Env, cut = false) => {
        if (cut) proxy.cut();
        told.push(JSON.stringify((await patient.examine(env)).findings));
      };
      await tell({});
      await tell({ KUNJI_KEY_FILE: join("/nowhere", mark) });
      await tell({ DATABASE_URL: `postgres://user:${mark}@127.0.0.1:9/${mark}` });
      await tell({ DATABASE_URL: mark });
      await tell({}, true);
      const all = told.join("\n");
      for (const secret of [mark, key]) expect(all).not.toContain(secret);
      for (const seen of ["webhooks", "by the proxy http://127.0.0.1", "gives no tunnel", "has been paused"])
        expect(all).toContain(seen);
    } finally {
      await proxy.close();
      await patient.close();
    }
  });
});
