import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rotateKey } from "../../src/commands/rotate-key.js";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { jobsOf } from "../../src/jobs.js";
import { readSettings, type Settings } from "../../src/settings.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { newPostgres, runOn } from "../support/postgres.js";

const hooks = new URL("../support/typescript-hooks.mjs", import.meta.url).href;
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

let whole: WholeGateway;
const fileIds = async () =>
  (await readFile(join(whole.data, "gateway", "keys"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split(":")[0]);
const vault = async () => (await whole.ask("GET", "/v1/vault")).json;

/** Runs the command; `wait` is called in place of waiting. */
async function run(
  args: readonly string[],
  settings: Settings,
  wait: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  await rotateKey.run(args, { settings, fetch, randomBytes, now: Date.now, wait, say });
  return said;
}
const settingsOf = (env: Readonly<Record<string, string>> = {}) =>
  readSettings({ KUNJI_DATA: whole.data, KUNJI_PORT: new URL(whole.gateway.url).port, ...env });

describe("rotate-key at a gateway that runs on SQLite", () => {
  beforeEach(async () => {
    whole = await openWhole();
    await whole.addApp("zebu");
  });
  afterEach(() => whole.close());

  it("has the gateway rotate, and tells how far it is until the end", async () => {
    const [before] = (await vault()).keys;
    expect(before).toMatchObject({ state: "sealing", values: 1 });
    const { ports } = whole.gateway;
    const job = jobsOf(ports, {} as never, {} as never).find(({ name }) => name === "rotation");
    const done: unknown[] = [];
    const said = await run([], settingsOf(), async () => {
      // The gateway's own work leaves the old key for a minute; here that is over.
      if (done.length < 2) done.push(await job?.run(new AbortController().signal));
      else await carryRotationOn(ports, { owner: "gateway", graceMs: 0 });
    });
    expect(done).toEqual([1, 0]);
    expect(said).toContain("  values sealed anew: 1, left: 0");
    const after = await vault();
    expect(after.keys).toMatchObject([{ state: "sealing", values: 2 }]);
    expect(after.keys[0].id).not.toBe(before.id);
    expect(await fileIds()).toEqual([after.keys[0].id]);
    expect(said[0]).toContain(`the key ${after.keys[0].id}`);
    expect(said).toContain("  values sealed anew: 0, left: 1");
    expect(said.at(-1)).toContain("Done.");
    expect(whole.written.filter((line) => line.includes("GET /v1/vault")).join()).not.toContain("kunji_");
    const audit = (await whole.ask("GET", "/v1/audit")).json.items;
    expect(audit.find(({ action }: { action: string }) => action === "vault.rotate")).toMatchObject({
      kind: "vault",
      id: after.keys[0].id,
      key: expect.any(String),
    });
  });

  it("says what to do where the gateway does not answer, refuses its key, or can't have the wish", async () => {
    await expect(run([], settingsOf({ KUNJI_PORT: "9" }))).rejects.toThrow(/does not answer on http:.*:9/);
    await expect(run([], settingsOf({ KUNJI_API_KEY: "x".repeat(40) }))).rejects.toThrow(/key_refused/);
    await expect(run(["--key", "none"], settingsOf())).rejects.toThrow(/no key with this id/);
    await expect(run(["--force"], settingsOf())).rejects.toThrow(/--key <id> and --keep/);
    expect((await vault()).rotation).toBeNull();
  });
});

describe("rotate-key by itself", () => {
  it("rotates a SQLite file that no gateway has open, and a gateway opens it after", async () => {
    whole = await openWhole();
    await whole.addApp("zebu");
    const [before] = await fileIds();
    const env = { ...process.env, KUNJI_DATA: whole.data, NODE_COMPILE_CACHE: join(whole.data, "compiled") };
    const node = (...args: readonly string[]) =>
      spawnSync(process.execPath, ["--import", hooks, main, ...args], { env, encoding: "utf8" });
    await whole.gateway.close();
    try {
      expect(node("--help").stdout).toContain("kunji-gateway rotate-key [--key <id>] [--keep]");
      const refused = node("rotate-key", "--key", "none");
      expect([refused.status, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/has no key with this id\. .*\n$/),
      ]);
      expect(await fileIds()).toEqual([before]);
      const { status, stdout, stderr } = node("rotate-key");
      const [after] = await fileIds();
      expect([status, stderr]).toEqual([0, ""]);
      expect(after).not.toBe(before);
      expect(stdout).toMatch(
        new RegExp(`with the key ${after}\\.\\n.*values sealed anew: 1\\n[\\s\\S]*No other key is left`),
      );
      expect(await fileIds()).toHaveLength(1);
    } finally {
      await whole.close();
    }
  }, 60_000);

  it("rotates a PostgreSQL beside the gateways that run on it", async () => {
    const { url, drop } = await newPostgres();
    whole = await openWhole({ env: { DATABASE_URL: url } });
    try {
      await whole.addApp("zebu");
      const [before] = await fileIds();
      let waited = 0;
      const said = await run([], settingsOf({ DATABASE_URL: url }), async () => {
        waited++;
        expect(await fileIds()).toHaveLength(2);
        // A minute later.
        await runOn(url, "update vault_rotations set started_at = started_at - 60000");
      });
      expect(waited).toBe(1);
      expect(said.join("\n")).toMatch(/values sealed anew: 1\n.*waiting up to 60 s[\s\S]*Done/);
      const [after, ...others] = await fileIds();
      expect([after === before, others]).toEqual([false, []]);
      expect((await whole.ask("GET", "/v1/apps/zebu")).status).toBe(200);
      // The gateway has looked for the key by itself, and seals with it once it has looked at the file.
      await whole.gateway.ports.vault.followKeys();
      await whole.addApp("rmoney");
      expect((await vault()).keys).toMatchObject([{ id: after, state: "sealing", values: 3 }]);
    } finally {
      await whole.close();
      await drop();
    }
  }, 60_000);
});
