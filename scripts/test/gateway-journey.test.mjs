import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brokers } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPostgres } from "../../packages/gateway/test/support/postgres.js";
import { curlJourney, quoted } from "../curl-journey.mjs";
import { environment, root } from "../settings.mjs";

const apiKey = "a-key-of-$HOME;'and'-more-than-thirty-two-characters";

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a service and resolves when it answers; what it printed is in `words`. */
async function started(args, env, ready) {
  const child = spawn(process.execPath, args, { cwd: root, env: environment(env) });
  const words = [];
  child.stdout.on("data", (chunk) => words.push(String(chunk)));
  child.stderr.on("data", (chunk) => words.push(String(chunk)));
  const ended = new Promise((done) => child.on("close", done));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${args[0]} has ended: ${words.join("")}`);
    const answer = await fetch(ready).catch(() => undefined);
    if (answer?.ok) return { words, stop };
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`${args[0]} does not answer: ${words.join("")}`);
}

const places = [
  ["SQLite", async () => ({ env: { DATABASE_URL: undefined }, drop: async () => undefined })],
  [
    "PostgreSQL",
    async () => {
      const { url, drop } = await newPostgres();
      return { env: { DATABASE_URL: url }, drop };
    },
  ],
];

describe.each(places)("the printed curl lines, on %s", (_, place) => {
  const traits = Object.values(brokers).map((broker) => broker.traits);
  const ending = [];
  let output = "";

  beforeAll(async () => {
    const data = await mkdtemp(join(tmpdir(), "kunji-journey-"));
    ending.push(() => rm(data, { recursive: true, force: true }));
    const { env: database, drop } = await place();
    ending.push(drop);
    const [sandboxPort, gatewayPort] = [await freePort(), await freePort()];
    const sandbox = `http://127.0.0.1:${sandboxPort}`;
    const gateway = `http://127.0.0.1:${gatewayPort}`;
    const env = {
      ...database,
      KUNJI_DATA: data,
      KUNJI_SANDBOX_PORT: String(sandboxPort),
      KUNJI_PORT: String(gatewayPort),
      KUNJI_SANDBOX_URL: sandbox,
      KUNJI_DEMO: "on",
      KUNJI_API_KEY: apiKey,
    };
    const service = async (args, ready) => ending.push((await started(args, env, ready)).stop);
    await service(["packages/sandbox/bin/kunji-sandbox.js"], `${sandbox}/_sandbox/presets`);
    await service(["packages/gateway/bin/kunji-gateway.js"], `${gateway}/ready`);
    const presets = await (await fetch(`${sandbox}/_sandbox/presets`)).json();
    const lines = curlJourney({ traits, presets, gateway, sandbox, key: quoted(apiKey) });
    output = (await promisify(execFile)("bash", ["-c", lines.join("\n")])).stdout;
  }, 90_000);

  afterAll(async () => {
    for (const end of ending.reverse()) await end();
  }, 30_000);

  it.each(traits.map(({ id }) => [id]))("connect, confirm, read headers and call at %s", (id) => {
    const [, part = ""] = output.split(`== ${id}\n`);
    const answers = (part.split("\n== ")[0] ?? "").split("\n").filter((line) => line.startsWith("{"));
    const [confirmed, session, called] = answers.map((line) => JSON.parse(line));
    expect(confirmed).toMatchObject({ broker: id, user: "asha", status: "active", generation: 1 });
    expect(session).toMatchObject({ connection: confirmed.id, generation: 1 });
    expect(Object.keys(session.headers).length).toBeGreaterThan(0);
    expect(called).toBeDefined();
    expect(called).not.toHaveProperty("code");
  });

  it("receive a webhook for each connection that became active", () => {
    const [, received = ""] = output.split("\n== rmoney\n");
    expect(received.match(/"type": ?"connection\.active"/g)).toHaveLength(traits.length);
  });
});
