// How long it takes from a process's start to its first answer, and what memory it holds: idle, and over a million calls.
import { setTimeout as wait } from "node:timers/promises";
import { postgresUrl, runOn } from "../packages/gateway/test/support/postgres.ts";
import { Sentence } from "../scripts/settings.mjs";
import { peersReady, versionOf } from "./support/peers.mjs";
import { memoryOverCalls } from "./support/start-calls.mjs";
import { startProgram } from "./support/start-process.mjs";
import { own, peers } from "./support/start-programs.mjs";

export const about =
  "[rounds, 10] [calls, 1000000] [seconds to settle, 60], or short: starts, and memory idle and over calls";

const mostReadyMs = 1_000;
const mostIdleMB = 120;
const peerOfStarts = "fastify alone";
const peerOfCalls = "@fastify/http-proxy";

const rounded = (number, digits = 1) => Number(number.toFixed(digits));
const middle = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};
const spread = (numbers, digits = 0) => ({
  median: rounded(middle(numbers), digits),
  min: rounded(Math.min(...numbers), digits),
  max: rounded(Math.max(...numbers), digits),
});

/** Waits until ten readings, a second apart, lie within a megabyte, or for so many seconds; the last reading. */
const settling = (seconds) => async (one) => {
  const read = [one.memoryMB()];
  for (let second = 0; second < seconds; second++) {
    await wait(1_000);
    read.push(one.memoryMB());
    const last = read.slice(-10);
    if (last.length === 10 && Math.max(...last) - Math.min(...last) <= 1) break;
  }
  return read.at(-1);
};

/** Starts each at an empty place, and ours there once more; in ms. */
async function startAll(programs) {
  const ms = {};
  for (const [name, make] of programs) {
    const { program, drop } = await make(name);
    try {
      const first = await startProgram(program);
      await first.stop();
      const again = await startProgram(program);
      await again.stop();
      ms[name] = { first: first.readyMs, again: again.readyMs };
    } finally {
      await drop();
    }
  }
  return ms;
}

async function readyTimes(rounds, say) {
  const programs = Object.entries({ ...own, ...peers });
  // What is read from the disk for the first time is in memory for all others.
  if (rounds > 1) await startAll(programs);
  const found = Object.fromEntries(programs.map(([name]) => [name, { first: [], again: [] }]));
  for (let round = 1; round <= rounds; round++) {
    const ms = await startAll(round % 2 === 0 ? programs.toReversed() : programs);
    for (const [name, { first, again }] of Object.entries(ms)) {
      found[name].first.push(first);
      found[name].again.push(again);
    }
    const told = programs.map(([name]) => `${name} ${rounded(ms[name].again, 0)}`);
    say(`round ${round} of ${rounds}: ready after ms: ${told.join(", ")}`);
  }
  return Object.fromEntries(
    programs.map(([name]) => [
      name,
      {
        firstMs: spread(found[name].first),
        readyMs: spread(found[name].again),
        // Round by round: what slows a round down slows both.
        toPeer: spread(
          found[name].again.map((ms, i) => ms / found[peerOfStarts].again[i]),
          2,
        ),
      },
    ]),
  );
}

/** All side by side, each at an empty place; in MB. */
async function idleMemory(settledMB) {
  const started = [];
  try {
    for (const [name, make] of Object.entries({ ...own, ...peers })) {
      const place = await make(name);
      started.push({ name, place });
      started.at(-1).one = await startProgram(place.program);
    }
    const idle = await Promise.all(started.map(({ one }) => settledMB(one)));
    return Object.fromEntries(started.map(({ name }, i) => [name, rounded(idle[i])]));
  } finally {
    for (const { place, one } of started) {
      await one?.stop();
      await place.drop();
    }
  }
}

function goalsOf({ calls, ready, idleMB, overCalls }) {
  const goals = Object.keys(own).flatMap((name) => [
    {
      goal: `${name}: ready within 1 s`,
      figure: `${ready[name].readyMs.median} ms`,
      met: ready[name].readyMs.median <= mostReadyMs,
    },
    {
      goal: `${name}: at most ${mostIdleMB} MB idle`,
      figure: `${idleMB[name]} MB`,
      met: idleMB[name] <= mostIdleMB,
    },
  ]);
  for (const [name, { growth, flat }] of Object.entries(overCalls))
    if (name in own)
      goals.push({
        goal: `${name}: memory flat over ${calls.toLocaleString("en-GB")} calls`,
        figure: `× ${growth}`,
        met: flat,
      });
  return goals;
}

function wished(args) {
  const given = args[0] === "short" ? ["1", "1000", "1"] : args;
  const [rounds = 10, calls = 1_000_000, seconds = 60] = given.map(Number);
  if ([rounds, calls / 20, seconds].every((number) => number >= 1) && Number.isInteger(rounds + calls))
    return [rounds, calls, seconds];
  throw new Sentence(
    "Say rounds, calls (20 at least) and seconds to settle, such as 10 1000000 60, or short.",
  );
}

export async function run(args, { say, keep }) {
  const [rounds, calls, seconds] = wished(args);
  await peersReady();
  const settledMB = settling(seconds);
  const [{ server_version }] = await runOn(await postgresUrl(), "show server_version");
  const compared = ["fastify", "oidc-provider", "@fastify/http-proxy", "autocannon"];
  const versions = {
    ...Object.fromEntries(compared.map((name) => [name, versionOf(name)])),
    PostgreSQL: server_version,
  };
  const ready = await readyTimes(rounds, say);
  const idleMB = await idleMemory(settledMB);
  say(`idle, MB: ${JSON.stringify(idleMB)}`);
  const before = { versions, rounds, calls, mostSecondsToSettle: seconds, ready, idleMB };
  keep(before);
  const overCalls = await memoryOverCalls(calls, { settledMB, say });
  const of = (peer, figure) => (name) => [name, rounded(figure(name) / figure(peer), 2)];
  return {
    sound: Object.values(overCalls).every(({ wrong }) => wrong === 0),
    ...before,
    overCalls,
    ratios: {
      ready: Object.fromEntries(Object.keys(ready).map((name) => [name, ready[name].toPeer.median])),
      idle: Object.fromEntries(Object.keys(idleMB).map(of(peerOfStarts, (name) => idleMB[name]))),
      afterCalls: Object.fromEntries(
        Object.keys(overCalls).map(of(peerOfCalls, (name) => overCalls[name].lastQuarterMB)),
      ),
    },
    goals: goalsOf({ calls, ready, idleMB, overCalls }),
  };
}

const range = ({ median, min, max }) => `${median} (${min}–${max})`;

export const table = ({ calls, ready, idleMB, overCalls = {}, ratios, goals }) => ({
  columns: [
    "process",
    "ready at an empty place, ms",
    "ready, ms",
    `to ${peerOfStarts}`,
    "idle, MB",
    `to ${peerOfStarts}`,
    `after ${calls.toLocaleString("en-GB")} calls, MB`,
    `to ${peerOfCalls}`,
    "growth over them",
  ],
  rows: [...new Set([...Object.keys(ready), ...Object.keys(overCalls)])].map((name) => [
    name,
    ready[name] ? range(ready[name].firstMs) : "",
    ready[name] ? range(ready[name].readyMs) : "",
    ready[name] ? `× ${ready[name].toPeer.median}` : "",
    idleMB[name] ?? overCalls[name].idleMB,
    ratios?.idle[name] ? `× ${ratios.idle[name]}` : "",
    overCalls[name]?.lastQuarterMB ?? "",
    ratios?.afterCalls[name] ? `× ${ratios.afterCalls[name]}` : "",
    overCalls[name] ? `× ${overCalls[name].growth}` : "",
  ]),
  goals,
});
