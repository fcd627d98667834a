// Starts, restarts and ends gateways. One that ends is first left alone by nginx, so that no request fails.
import { setTimeout as wait } from "node:timers/promises";
import { Sentence } from "../../scripts/settings.mjs";
import { here, upstreamConf } from "./nginx-conf.mjs";
import { beganAt, childrenOf } from "./processes.mjs";

/** Waits until it holds. @throws Sentence after so many ms */
export async function until(holds, limitMs, what) {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Sentence(`${what}, and did not within ${Math.round(limitMs / 1000)} s.`);
    await wait(100);
  }
}

/** Whether a gateway can work. */
export async function isReady(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(3_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Waits until its own process answers there, and nobody else. */
async function waitUntilReady({ runs, holds, seeLog }, port) {
  const answers = async () => {
    if (!runs(port))
      throw new Sentence(`The gateway on port ${port} has ended at its start: ${seeLog(port)}.`);
    return holds(port) && (await isReady(port));
  };
  await until(answers, 60_000, `The gateway on port ${port} should be ready (${seeLog(port)})`);
}

/** Lets nginx do this, and waits until the workers that knew another list have done theirs. */
async function told(place, change) {
  const pid = place.nginxPid();
  const old = pid === undefined ? [] : childrenOf(pid).map((worker) => [worker, beganAt(worker)]);
  await change();
  await until(
    () => old.every(([worker, began]) => beganAt(worker) !== began),
    60_000,
    "nginx's old workers should end with their last request",
  );
}

/** Tells nginx which gateways get requests. */
const tell = (place, down) =>
  told(place, () => {
    place.writeUpstream(upstreamConf(place.ports.map(here), down.map(here)));
    return place.reloadNginx();
  });

/** Those of these ports whose gateways can't work. */
async function notReady({ holds }, ports) {
  const found = await Promise.all(ports.map(async (port) => !(holds(port) && (await isReady(port)))));
  return ports.filter((_, i) => found[i]);
}

/**
 * One gateway after the other: none is stopped while a request is under way to it, and the next only when it works again.
 * Those that don't work come first, and nginx leaves them out until they do.
 * @param place { ports, runs(port), holds(port), seeLog(port), writeUpstream, nginxPid, reloadNginx, stop(port), start(port) }
 * @param which those of its ports to restart; all, if left out
 */
export async function restartInTurn(place, say, which = place.ports) {
  const broken = await notReady(place, which);
  for (const port of [...broken, ...which.filter((port) => !broken.includes(port))]) {
    const others = place.ports.filter((other) => other !== port);
    await tell(place, [port, ...(await notReady(place, others))]);
    await place.stop(port);
    await place.start(port);
    await waitUntilReady(place, port);
    say(`The gateway on port ${port} runs again.`);
  }
  await tell(place, []);
}

/** @throws Sentence where there is nothing to restart */
export function checkRuns({ ports, runs, nginxPid }) {
  if (!ports.some(runs)) throw new Sentence("Nothing runs: say `up`.");
  if (nginxPid() === undefined) throw new Sentence("nginx does not run: say `up`.");
}

/**
 * Starts what does not run, leads nginx to these gateways alone, ends those that are left out, and restarts one after the
 * other those that run with other settings than they would be started with now.
 * @param place as of `restartInTurn`, and { isOutdated(port), end(port), startNginx(), nginx }
 * @param before the ports on which gateways may run from before
 */
export async function changeTo(place, before, say) {
  const outdated = place.ports.filter((port) => place.runs(port) && place.isOutdated(port));
  // The first one makes the tables and the API key.
  for (const [index, port] of place.ports.entries()) {
    if (!place.runs(port)) await place.start(port);
    if (index === 0) await waitUntilReady(place, port);
  }
  for (const port of place.ports) await waitUntilReady(place, port);
  say(`Gateways run on the ports ${place.ports.join(", ")}.`);
  const leftOut = before.filter((port) => !place.ports.includes(port));
  await (leftOut.length > 0 ? told(place, place.startNginx) : place.startNginx());
  await until(
    place.nginx.holds,
    10_000,
    `nginx should listen on port ${place.nginx.port} (look into its log)`,
  );
  for (const port of leftOut) {
    await place.end(port);
    say(`The gateway on port ${port} has ended.`);
  }
  if (outdated.length > 0) await restartInTurn(place, say, outdated);
}

/** The gateways that nginx leaves out, by what it was told last: their ports. */
export const leftOutOf = (upstreamText) =>
  [...upstreamText.matchAll(/^ {2}server \S+:(\d+) .* down;$/gm)].map(([, port]) => Number(port));
