// What a broker has received: how many calls a second, how many at once, and of one session how many.
import { overlapsOf } from "../../packages/gateway/test/many/support/recorded-brokers.ts";

/** The most that begin within any such time, in ms. */
function mostWithin(calls, ms) {
  const begun = calls.map(({ begunAt }) => begunAt).sort((a, b) => a - b);
  let most = 0;
  for (let last = 0, first = 0; last < begun.length; last++) {
    while (begun[last] - begun[first] >= ms) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

function mostAtOnce(calls) {
  const steps = calls.flatMap(({ begunAt, endedAt }) => [
    [begunAt, 1],
    [endedAt ?? Number.POSITIVE_INFINITY, -1],
  ]);
  let now = 0;
  let most = 0;
  for (const [, step] of steps.sort(([a, i], [b, j]) => a - b || i - j)) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}

/** @param calls those that a broker received, as `recordBrokers` keeps them; each session's renewal has a body of its own */
export function brokerSide(calls) {
  const of = new Map();
  for (const { body } of calls) of.set(body, (of.get(body) ?? 0) + 1);
  return {
    calls: calls.length,
    sessions: of.size,
    mostOfOne: Math.max(0, ...of.values()),
    overlaps: overlapsOf(calls, /./),
    mostASecond: mostWithin(calls, 1_000),
    mostAtOnce: mostAtOnce(calls),
    gateways: new Set(calls.map(({ sender }) => sender)).size,
  };
}
