// What `npm start` runs. All of them end when one does.
import { createInterface } from "node:readline";
import { spawnBound } from "./runtime.mjs";
import { Sentence } from "./settings.mjs";

const graceMs = 5000;

/**
 * Starts the services and resolves when every one answers.
 * @param services `[{name, args, env, ready: URL}]`
 * @returns `ended`, which resolves to the exit status when all are gone, and `stop`
 */
export async function startAll(node, services, { limitMs = 60_000 } = {}) {
  const children = new Map();
  let stopping = false;
  let status = 0;

  function stop() {
    if (stopping) return;
    stopping = true;
    for (const child of children.values()) child.kill("SIGTERM");
    setTimeout(() => {
      for (const child of children.values()) child.kill("SIGKILL");
    }, graceMs).unref();
  }

  const ended = Promise.all(
    services.map(
      ({ name, args, env, ready }) =>
        new Promise((done) => {
          // In a group of its own, so that Ctrl-C in the terminal reaches it once, through us.
          const stdio = ["ignore", "pipe", "inherit"];
          const child = spawnBound(node, args, { env, stdio, detached: true });
          showUntilGreeting(child.stdout, ready.origin);
          children.set(name, child);
          child.on("close", (code, signal) => {
            children.delete(name);
            if (!stopping) {
              status = code || 1;
              console.error(`\nThe ${name} has ended (${signal ?? `status ${code}`}).`);
            }
            stop();
            done();
          });
        }),
    ),
  ).then(() => status);

  const start = performance.now();
  for (const { name, ready } of services) {
    while (!stopping && !(await answers(ready))) {
      if (performance.now() - start <= limitMs) continue;
      console.error(`\nThe ${name} did not answer within a minute.`);
      status = 1;
      stop();
    }
  }
  return { ended, stop, running: () => !stopping };
}

/** A service's own greeting names its address; what `npm start` prints takes the greeting's place. */
async function showUntilGreeting(stream, origin) {
  let greeted = false;
  for await (const line of createInterface({ input: stream })) {
    greeted ||= line.includes(origin);
    if (!greeted) console.log(line);
  }
}

async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    await new Promise((done) => setTimeout(done, 150));
    return false;
  }
}

/** @throws Sentence where something listens there already */
export async function portFree(port, name, setting) {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise((done, failed) => {
    server.once("error", (error) => {
      const taken = error.code === "EADDRINUSE";
      failed(
        new Sentence(
          taken
            ? `Port ${port} of 127.0.0.1 is taken, perhaps by another \`npm start\`: end that, or name a free port for the ${name} in ${setting}.`
            : `The ${name} may not listen on port ${port}: name another one in ${setting}.`,
        ),
      );
    });
    server.listen(port, "127.0.0.1", done);
  });
  await new Promise((done) => server.close(done));
}
