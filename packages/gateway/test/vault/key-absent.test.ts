import { randomBytes } from "node:crypto";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "../../src/background.js";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { jobsOf } from "../../src/jobs.js";
import { connect, received } from "../invariants/support/journey.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { newPostgres, runOn } from "../support/postgres.js";
import { newLine } from "./support/vaults.js";

const caller = { tenant: "operator", id: null };

describe("a gateway whose key file lacks the key that another one rotates to", () => {
  let folder: string;
  let drop: () => Promise<unknown>;
  let one: WholeGateway;
  let other: WholeGateway;
  let id: string;
  let url: string;
  const file = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-absent-"));
    const database = await newPostgres();
    drop = database.drop;
    const line = `${newLine("first")}\n`;
    for (const name of ["one", "other"]) await writeFile(file(name), line, { mode: 0o600 });
    const env = { DATABASE_URL: database.url, KUNJI_API_KEY: randomBytes(24).toString("hex") };
    one = await openWhole({ env: { ...env, KUNJI_KEY_FILE: file("one") } });
    const sandbox = { KUNJI_SANDBOX_URL: one.sandboxUrl };
    other = await openWhole({ env: { ...env, ...sandbox, KUNJI_KEY_FILE: file("other") } });
    jobs = jobsOf(other.gateway.ports, {} as never, {} as never);
    url = database.url;
    await one.addApp("rmoney");
    id = await connect(one, "rmoney");
  });
  afterEach(async () => {
    await other.close();
    await one.close();
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  const ready = async () => (await other.ask("GET", "/ready")).status;
  const call = () => other.ask("GET", `/v1/connections/${id}/proxy/connect/user/profile`);
  const session = () => other.ask("GET", `/v1/connections/${id}/session`);
  const keep = () =>
    other.ask("PUT", "/v1/apps/rmoney", {
      body: { broker: "rmoney", return_urls: ["https://app.example/connected"] },
    });
  const webhook = () => other.ask("POST", "/v1/webhooks", { body: { url: "https://hooks.example/" } });
  let jobs: readonly Job[];
  const run = (name: string) => jobs.find((job) => job.name === name)?.run(new AbortController().signal);
  const warned = () => other.written.filter((line) => line.includes("rotation_key_absent"));

  it("says so in its log, is not ready, answers 503 and sends nothing, until the file is copied", async () => {
    const { ports } = one.gateway;
    expect([await ready(), (await session()).status, (await keep()).status]).toEqual([200, 200, 200]);
    const { keyId } = await beginRotation(ports, {}, caller);
    expect([await run("rotation"), warned().length]).toEqual([0, 1]);
    while ((await ports.store.rotations.last())?.finishedAt === null)
      await carryRotationOn(ports, { owner: "test", graceMs: 0 });
    expect(await run("keys")).toBe(0);
    expect(warned()).toHaveLength(1);
    expect(JSON.parse(warned()[0] ?? "")).toMatchObject({ key_id: keyId });

    other.moveMonotonic(2_000);
    // Work that is due is left to the others.
    await runOn(url, "update connections set due_at = 1");
    expect([await run("look_after"), await run("deliver")]).toEqual([0, 0]);
    const before = await received(one, "rmoney");
    expect((await other.ask("GET", "/ready")).json).toMatchObject({
      code: "unavailable",
      detail: expect.stringContaining(keyId),
    });
    const close = () => other.ask("DELETE", `/v1/connections/${id}`);
    for (const ask of [call, session, keep, webhook, close]) {
      const answer = await ask();
      expect([answer.asked, answer.status, answer.json.code]).toEqual([answer.asked, 503, "unavailable"]);
      expect(answer.json.detail).toContain("key file");
    }
    expect(await received(one, "rmoney")).toBe(before);
    expect((await one.ask("GET", `/v1/connections/${id}`)).json.status).toBe("active");

    await copyFile(file("one"), file("other"));
    other.moveMonotonic(2_000);
    expect(await ready()).toBe(200);
    expect([(await session()).status, (await keep()).status, (await webhook()).status]).toEqual([
      200, 200, 201,
    ]);
    expect([await run("keys"), await run("look_after"), warned().length]).toEqual([0, 1, 1]);
    expect((await other.ask("DELETE", `/v1/connections/${id}`)).status).toBe(204);
  }, 60_000);

  it("says so at first and then once a minute, while the rotation runs and after it", async () => {
    const { ports } = one.gateway;
    const twoMinutes = async () => {
      const before = warned().length;
      for (let second = 0; second < 120; second += 2) {
        await run("rotation");
        await run("keys");
        other.moveMonotonic(2_000);
      }
      return warned().length - before;
    };
    expect(await twoMinutes()).toBe(0);
    await beginRotation(ports, {}, caller);
    expect(await twoMinutes()).toBe(2);
    expect(await ports.store.rotations.last()).toMatchObject({ finishedAt: null });
    while ((await ports.store.rotations.last())?.finishedAt === null)
      await carryRotationOn(ports, { owner: "test", graceMs: 0 });
    expect(await twoMinutes()).toBe(2);
  }, 60_000);

  it("is ready without a key that was only handed out elsewhere", async () => {
    await writeFile(file("one"), `${newLine("later")}\n`, { flag: "a" });
    await one.gateway.ports.vault.followKeys();
    expect((await one.ask("GET", "/v1/vault")).json.keys).toHaveLength(2);
    expect([await ready(), (await session()).status]).toEqual([200, 200]);
  }, 60_000);
});
