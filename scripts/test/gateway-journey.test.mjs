import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brokers } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPostgres } from "../../packages/gateway/test/support/postgres.js";
import { quoted } from "../curl-journey.mjs";
import { environment, root } from "../settings.mjs";

const apiKey = "a-key-of-$HOME;'and'-more-than-thirty-two-characters";

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a script and resolves when it has printed its last word; what it printed is in `words`. */
async function started(args, env, last) {
  const child = spawn(process.execPath, args, { cwd: root, env: environment(env) });
  const words = [];
  const ended = new Promise((done) => child.on("close", done));
  await new Promise((done, failed) => {
    const hear = (chunk) => {
      words.push(String(chunk));
      if (last.test(words.join(""))) done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", () => failed(new Error(`${args[0]} has ended: ${words.join("")}`)));
  });
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { words, stop };
}

/** The curl lines of what `npm start` prints, without their indentation. */
function printedLines(text) {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith("    G=http"));
  const end = lines.findIndex((line) => line.includes('rm -f "$JAR"'));
  return lines.slice(first, end + 1).map((line) => line.replace(/^ {4}/, ""));
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

describe.each(places)("the curl lines that npm start prints, on %s", (_, place) => {
  const traits = Object.values(brokers).map((broker) => broker.traits);
  const ending = [];
  let output = "";
  let gateway = "";

  beforeAll(async () => {
    const data = await mkdtemp(join(tmpdir(), "kunji-journey-"));
    ending.push(() => rm(data, { recursive: true, force: true }));
    const { env: database, drop } = await place();
    ending.push(drop);
    const [sandboxPort, gatewayPort] = [await freePort(), await freePort()];
    gateway = `http://127.0.0.1:${gatewayPort}`;
    const env = {
      ...database,
      KUNJI_DATA: data,
      KUNJI_SANDBOX_PORT: String(sandboxPort),
      KUNJI_PORT: String(gatewayPort),
      KUNJI_API_KEY: apiKey,
    };
    const { words, stop } = await started(["scripts/start.mjs"], env, /Ctrl-C ends everything/);
    ending.push(stop);
    const lines = printedLines(words.join(""));
    const written = await readFile(join(data, "journey.sh"), "utf8");
    expect(lines.join("\n")).toBe(written.trimEnd().replace('KEY="$KUNJI_API_KEY"', `KEY=${quoted(apiKey)}`));
    output = (await promisify(execFile)("bash", ["-c", lines.join("\n")])).stdout;
  }, 180_000);

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

  it("are counted for Prometheus", async () => {
    const answer = await fetch(`${gateway}/metrics`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(answer.status).toBe(200);
    const lines = (await answer.text()).split("\n");
    for (const { id } of traits)
      expect(lines).toEqual(
        expect.arrayContaining([
          `kunji_logins_begun_total{broker="${id}"} 1`,
          `kunji_logins_finished_total{broker="${id}"} 1`,
          `kunji_connections{broker="${id}",status="active"} 1`,
          `kunji_proxy_seconds_count{broker="${id}",status="2xx"} 1`,
        ]),
      );
    const delivered = lines.find((line) => line.startsWith('kunji_deliveries_total{outcome="delivered"} '));
    expect(Number(delivered?.split(" ")[1])).toBeGreaterThanOrEqual(traits.length);
    expect(lines.some((line) => /^process_cpu_seconds_total \d/.test(line))).toBe(true);
  });
});
