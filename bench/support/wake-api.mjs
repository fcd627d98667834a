// How the API answers meanwhile: a program beside calls it.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { spawnBound } from "../../scripts/runtime.mjs";

const program = fileURLToPath(new URL("wake-load.mjs", import.meta.url));

/** Begins to call these gateways, so often a second. */
export async function startCalling({ origins, apiKey, perSecond }) {
  const child = spawnBound(process.execPath, [program, JSON.stringify({ origins, apiKey, perSecond })], {});
  const ended = once(child, "close");
  const word = async () => {
    const said = await Promise.race([once(child, "message"), ended.then(() => undefined)]);
    if (!said) throw new Error("The program that calls the API has ended.");
    return said[0];
  };
  await word();
  return {
    /** What the calls since the last time came to: how many, p50 and p99 in ms, and how many were not answered as they should. */
    counted() {
      child.send("count");
      return word();
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
