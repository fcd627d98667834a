// Restarts gateways one after the other. Each is first left alone by nginx, so that no request fails.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Sentence } from "../../scripts/settings.mjs";
import { here, upstreamConf } from "./nginx-conf.mjs";

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

export const waitUntilReady = (port) =>
  until(() => isReady(port), 60_000, `The gateway on port ${port} should be ready (look into its log)`);

/** The processes whose parent is this one. */
function childrenOf(pid) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Tells nginx which gateways get requests, and waits until the workers that knew another list have done theirs. */
async function tell(place, down) {
  place.writeUpstream(upstreamConf(place.ports.map(here), down.map(here)));
  const old = childrenOf(place.nginxPid());
  await place.reloadNginx();
  await until(
    () => old.every((pid) => !existsSync(`/proc/${pid}`)),
    60_000,
    "nginx's old workers should end with their last request",
  );
}

/**
 * One gateway after the other: none is stopped while a request is under way to it, and the next only when it works again.
 * @param place { ports, writeUpstream, nginxPid, reloadNginx, stop(port), start(port) }
 */
export async function restartInTurn(place, say) {
  for (const port of place.ports) {
    await tell(place, [port]);
    await place.stop(port);
    await place.start(port);
    await waitUntilReady(port);
    say(`The gateway on port ${port} runs again.`);
  }
  await tell(place, []);
}
