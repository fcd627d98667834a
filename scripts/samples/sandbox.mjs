import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnBound } from "../runtime.mjs";
import { Sentence } from "../settings.mjs";

const startLimitMs = 30_000;

async function presetsOf(origin) {
  try {
    const answer = await fetch(`${origin}/_sandbox/presets`, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The sandbox that runs, or one of our own on a free port with an empty data folder. */
export async function aSandbox(port) {
  const running = `http://127.0.0.1:${port}`;
  const presets = await presetsOf(running);
  if (presets?.zebu) return { origin: running, presets, own: false, end: async () => {} };

  const data = mkdtempSync(join(tmpdir(), "kunji-samples-"));
  const ownPort = await freePort();
  const origin = `http://127.0.0.1:${ownPort}`;
  const child = spawnBound(process.execPath, [join("packages", "sandbox", "bin", "kunji-sandbox.js")], {
    env: { KUNJI_SANDBOX_PORT: String(ownPort), KUNJI_DATA: data },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const closed = new Promise((done) => child.on("close", done));
  const end = async () => {
    child.kill("SIGTERM");
    await closed;
    rmSync(data, { recursive: true, force: true });
  };
  const start = performance.now();
  while (performance.now() - start < startLimitMs && child.exitCode === null) {
    const ready = await presetsOf(origin);
    if (ready) return { origin, presets: ready, own: true, end };
    await new Promise((done) => setTimeout(done, 100));
  }
  await end();
  throw new Sentence("The sandbox did not start: see above.");
}
