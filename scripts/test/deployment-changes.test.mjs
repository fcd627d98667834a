import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beganAt } from "../../deploy/nginx/processes.mjs";
import { ensureDeploymentPrograms } from "../deployment-programs.mjs";
import { newDeployment } from "./support/deployment.mjs";

const key = "a-key-of-the-deployment-with-more-than-thirty-two-characters";
const env = { DATABASE_URL: undefined, KUNJI_API_KEY: key, KUNJI_SANDBOX_URL: undefined };
const up = expect.objectContaining({ status: 0, text: expect.stringContaining("nginx listens") });

/** Somebody else on a port, who answers as a gateway that can work does. */
async function someoneOn(port) {
  const server = createServer((_, answer) => answer.end('{"status":"ok"}')).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const read = (name) => readFileSync(join(deployment.folder, name), "utf8");

// One that has ended, and whose parent has not asked how, still answers a signal.
const runs = (pid) => beganAt(pid) !== undefined;

let deployment;
let stranger;

beforeAll(async () => {
  ensureDeploymentPrograms();
  stranger = spawn("sleep", ["600"], { stdio: "ignore" });
  deployment = await newDeployment(env);
}, 60_000);

afterAll(async () => {
  await deployment?.end();
  stranger?.kill();
}, 120_000);

describe("a deployment in a folder", () => {
  it("begins nothing where a port is somebody else's, and names it", async () => {
    const ports = deployment.ports.slice(0, 2);
    for (const port of [deployment.port, ports[1]]) {
      const other = await someoneOn(port);
      const refused = await deployment.up(ports);
      other.close();
      expect(refused).toMatchObject({ status: 1 });
      expect(refused.text.trim()).toMatch(
        new RegExp(`^Port ${port} is in use, and not by .*: stop what listens there, or .*$`),
      );
      expect(readdirSync(deployment.folder)).toEqual([]);
    }
    expect(await deployment.up(ports)).toEqual(up);
  }, 120_000);

  it("has nothing to restart after down, and changes nothing then", async () => {
    expect(await deployment.deploy("down")).toMatchObject({ status: 0 });
    const before = read("nginx/upstream.conf");
    expect(await deployment.deploy("restart")).toEqual({ status: 1, text: "\nNothing runs: say `up`.\n" });
    env.KUNJI_LOG_LEVEL = "loud";
    const failed = await deployment.up(deployment.ports.slice(0, 2));
    delete env.KUNJI_LOG_LEVEL;
    expect(failed).toMatchObject({
      status: 1,
      text: expect.stringContaining("has ended at its start: see "),
    });
    expect(existsSync(/at its start: see (\S+)\.\n/.exec(failed.text)[1])).toBe(true);
    expect(await deployment.deploy("restart")).toEqual({ status: 1, text: "\nNothing runs: say `up`.\n" });
    expect(read("nginx/upstream.conf")).toBe(before);
    expect(before).not.toContain("down;");
    expect(await deployment.deploy("down")).toMatchObject({ status: 0 });
  }, 120_000);

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

  it("keeps what up has taken from its shell, and says where another shell differs", async () => {
    const ports = deployment.ports.slice(1);
    const sandboxed = async () => {
      const headers = { host: "kunji.example", authorization: `Bearer ${key}` };
      const { text } = await deployment.send("GET", "/v1/brokers", { headers });
      return text.includes('"sandbox"');
    };
    expect(await sandboxed()).toBe(false);
    env.KUNJI_SANDBOX_URL = "http://127.0.0.1:9";
    const changed = await deployment.up(ports, "--public-url", "https://kunji.example");
    env.KUNJI_SANDBOX_URL = undefined;
    expect(changed).toEqual(up);
    expect(changed.text).toContain("not as before: KUNJI_SANDBOX_URL.");
    expect(statSync(join(deployment.folder, "deployment.json")).mode & 0o777).toBe(0o600);
    const restarted = await deployment.deploy("restart");
    expect(restarted).toMatchObject({ status: 0 });
    expect(restarted.text).toContain("This shell says otherwise of KUNJI_SANDBOX_URL:");
    for (let n = 0; n < 4; n++) expect(await sandboxed()).toBe(true);
  }, 180_000);

  it("says what a stopped restart leaves out, and mends it with the same command", async () => {
    const leftOut = () => /:(\d+) .* down;/.exec(read("nginx/upstream.conf"))?.[1];
    const stopped = await deployment.stopped("SIGINT", leftOut, "restart");
    const port = leftOut();
    expect(port).toBeDefined();
    expect(stopped.status).toBe(130);
    expect(stopped.text).toContain(
      `Stopped before its end, and nginx leaves out the gateway on port ${port}: the same command again mends it.`,
    );
    expect(await deployment.deploy("restart")).toMatchObject({ status: 0 });
    expect(leftOut()).toBeUndefined();
    const headers = { host: "kunji.example" };
    for (let n = 0; n < 4; n++)
      expect((await deployment.send("GET", "/ready", { headers })).status).toBe(200);
  }, 180_000);

  it("knows what runs after an up that has not come to its end", async () => {
    const [first, second, third] = deployment.ports;
    const before = [second, third].map(deployment.pidOf);
    env.KUNJI_LOG_LEVEL = "loud";
    const failed = await deployment.up([third, first]);
    delete env.KUNJI_LOG_LEVEL;
    expect(failed).toMatchObject({
      status: 1,
      text: expect.stringContaining(`The gateway on port ${first} has ended at its start`),
    });
    expect(before.map(runs)).toEqual([true, true]);
    const headers = { host: "kunji.example" };
    expect((await deployment.send("GET", "/ready", { headers })).status).toBe(200);
    expect(await deployment.deploy("down")).toMatchObject({ status: 0 });
    expect(before.map(runs)).toEqual([false, false]);
  }, 120_000);
});
