import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beganAt } from "../../deploy/nginx/processes.mjs";
import { ensureNginx } from "../nginx.mjs";
import { newDeployment } from "./support/deployment.mjs";

const key = "a-key-of-the-deployment-with-more-than-thirty-two-characters";
const env = { DATABASE_URL: undefined, KUNJI_API_KEY: key, KUNJI_SANDBOX_URL: undefined };
const up = expect.objectContaining({ status: 0, text: expect.stringContaining("nginx listens") });

// One that has ended, and whose parent has not asked how, still answers a signal.
const runs = (pid) => beganAt(pid) !== undefined;

let deployment;
let stranger;

beforeAll(async () => {
  ensureNginx();
  stranger = spawn("sleep", ["600"], { stdio: "ignore" });
  deployment = await newDeployment(env);
}, 60_000);

afterAll(async () => {
  await deployment?.end();
  stranger?.kill();
}, 120_000);

describe("a deployment in a folder", () => {
  it("leaves a process alone that has the number of one of its own from before", async () => {
    const write = (name, pid) => {
      mkdirSync(join(deployment.folder, name, ".."), { recursive: true });
      writeFileSync(join(deployment.folder, name), `${pid}\n`);
    };
    write("run/nginx.pid", stranger.pid);
    for (const port of deployment.ports) write(`run/gateway-${port}.pid`, `${stranger.pid}\n1`);
    const [first, second] = deployment.ports;
    expect(await deployment.up([first, second])).toEqual(up);
    const own = [first, second].map(deployment.pidOf);
    expect(own).not.toContain(stranger.pid);
    expect(own.filter(runs)).toEqual(own);
    write(`run/gateway-${second}.pid`, `${stranger.pid}\n1`);
    process.kill(own[1], "SIGTERM");
    expect(await deployment.deploy("down")).toMatchObject({ status: 0 });
    expect(own.filter(runs)).toEqual([]);
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
  }, 120_000);

  it("goes on with other gateways and another address when it is said so, and ends those that are left out", async () => {
    const [first, second, third] = deployment.ports;
    expect(await deployment.up([first, second])).toEqual(up);
    const before = [first, second].map(deployment.pidOf);
    expect(await deployment.up([first, second])).toEqual(up);
    expect([first, second].map(deployment.pidOf)).toEqual(before);

    expect(await deployment.up([second, third])).toEqual(up);
    expect(before.map(runs)).toEqual([false, true]);
    expect(deployment.pidOf(second)).toBe(before[1]);
    const answered = async () => {
      for (let n = 0; n < 6; n++) expect((await deployment.send("GET", "/ready")).status).toBe(200);
      return [
        ...new Set(
          deployment
            .log()
            .slice(-6)
            .map(({ upstream }) => upstream),
        ),
      ].sort();
    };
    expect(await answered()).toEqual([second, third].map((port) => `127.0.0.1:${port}`).sort());

    // A gateway answers for its own public URL alone.
    const asked = async () => {
      const headers = { host: "kunji.example" };
      return (await deployment.send("GET", "/ready", { headers })).status;
    };
    expect(await asked()).toBe(421);
    expect(await deployment.up([second, third], "--public-url", "https://kunji.example")).toEqual(up);
    for (let n = 0; n < 4; n++) expect(await asked()).toBe(200);
    expect(runs(before[1])).toBe(false);
  }, 180_000);

  it("knows what runs after an up that has not come to its end", async () => {
    const [first, second, third] = deployment.ports;
    const before = [second, third].map(deployment.pidOf);
    const taken = createServer().listen(first, "127.0.0.1");
    await once(taken, "listening");
    try {
      expect(await deployment.up([third, first])).toMatchObject({
        status: 1,
        text: expect.stringContaining(`The gateway on port ${first} has ended at its start`),
      });
    } finally {
      taken.close();
    }
    expect(before.map(runs)).toEqual([true, true]);
    const headers = { host: "kunji.example" };
    expect((await deployment.send("GET", "/ready", { headers })).status).toBe(200);
    expect(await deployment.deploy("down")).toMatchObject({ status: 0 });
    expect(before.map(runs)).toEqual([false, false]);
  }, 120_000);
});
