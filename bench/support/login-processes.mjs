// Programs that a benchmark starts and that end with it. What they write goes to a file, as on a host.
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../../packages/gateway/src/free-port.ts";
import { spawnBound } from "../../scripts/runtime.mjs";
import { settings } from "../../scripts/settings.mjs";

const startMs = 30_000;

/** Nothing of what this shell has set for a gateway. */
const unset = () => Object.fromEntries(Object.keys(settings.ofGateways()).map((name) => [name, undefined]));

/**
 * Starts a program at a port that is free, and waits until it answers.
 * @param wish `args` and `env` are functions of the port; `ready` is the path that answers 2xx once it is ready
 */
export async function startProgram(folder, { name, args, env = () => ({}), ready }) {
  const port = await freePort("127.0.0.1");
  const origin = `http://127.0.0.1:${port}`;
  const file = join(folder, `${name}.log`);
  const log = openSync(file, "a");
  const child = spawnBound(process.execPath, args(port), {
    env: { ...unset(), NODE_ENV: "production", ...env(port) },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = new Promise((done) => child.once("close", done));
  const begun = performance.now();
  for (;;) {
    const answer = await fetch(origin + ready).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) break;
    if (child.exitCode !== null || performance.now() - begun > startMs) {
      child.kill("SIGKILL");
      throw new Error(`The ${name} did not start: ${readFileSync(file, "utf8").slice(-2_000)}`);
    }
    await wait(50);
  }
  return {
    origin,
    pid: child.pid,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([ended, wait(5_000)]);
      child.kill("SIGKILL");
      await ended;
    },
  };
}
