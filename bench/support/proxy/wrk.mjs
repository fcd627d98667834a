// Load by wrk, which takes few cycles from what it measures.
import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Sentence } from "../../../scripts/settings.mjs";
import { onCore } from "./programs.mjs";

const figures = fileURLToPath(new URL("wrk-figures.lua", import.meta.url));
const run = promisify(execFile);

/** @throws Sentence where there is none */
export function wrkVersion() {
  const { error, stdout } = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  if (!error) return /^wrk (\S+)/.exec(stdout)?.[1];
  throw new Sentence(
    "This benchmark needs wrk, and there is none. Install it (Debian: apt-get install wrk; macOS: brew install wrk) and run " +
      "the same command again.",
  );
}

/**
 * Calls a target for so many seconds, each address by a thread of its own, its paths in turn.
 * @returns requests a second, p50 and p99 in ms, and `flaw` in words where an answer was wrong
 */
export async function load({ urls, headers, body, paths = [] }, { connections, seconds, core }) {
  const threads = Math.min(urls.length, connections);
  const [url] = urls;
  const line = onCore(core, [
    "wrk",
    ...["-t", threads, "-c", connections, "-d", `${seconds}s`, "--timeout", "10s", "-s", figures].map(String),
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    url,
    "--",
    ...urls.map((one) => `${new URL(one).port}`),
    ...(paths.length > 1 ? paths : []),
  ]);
  const { stdout } = await run(line[0], line.slice(1));
  const found = JSON.parse(/^figures (.*)$/m.exec(stdout)?.[1] ?? "{}");
  const { requests, us, bytes, p50, p99, failed, refused } = found;
  const short = bytes < requests * body.length;
  return {
    perSecond: requests / (us / 1e6),
    p50Ms: p50 / 1_000,
    p99Ms: p99 / 1_000,
    flaw:
      requests > 0 && failed + refused === 0 && !short
        ? undefined
        : `${requests} answers, ${refused} refused, ${failed} not got${short ? ", some of them short" : ""}`,
  };
}
