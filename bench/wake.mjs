// The morning: sessions that fall due within one minute, on one gateway and on four, and how the API answers meanwhile.
import { setTimeout as wait } from "node:timers/promises";
import { openMany } from "../packages/gateway/test/many/support/gateways.ts";
import { runOn } from "../packages/gateway/test/support/postgres.ts";
import { Sentence } from "../scripts/settings.mjs";
import { startCalling } from "./support/wake-api.mjs";
import { brokerSide } from "./support/wake-broker-side.mjs";
import { kinds, makeWaking } from "./support/wake-connections.mjs";

export const about =
  "[connections, 10000, or short] [renewals a second, 20, or off]: half of them are renewed and half told within a morning's minute, on one gateway and on four";

const minute = 60_000;
/** 07:00 in India on a Saturday: the daily logout. ms since 1970, UTC */
const logout = Date.UTC(2026, 10, 21, 1, 30);
/** When the users logged in. Zebu's tokens last an hour. */
const loggedIn = logout - 56 * minute;
/** How long a broker takes to answer, in ms, besides what the sandbox takes. */
const brokerMs = 50;
/** What is aimed at. `atOnce` is what each gateway promises for a broker. */
const aims = { callsASecond: 20, atOnce: 50, doneWithinS: 900, p99OverIdle: 2 };

/** `apiPerSecond` are calls of the API, shared out among the gateways. */
function wished([first = "10000", renewals = "20"]) {
  const env = { KUNJI_RENEWALS_PER_SECOND: renewals };
  if (first === "short")
    return { env, count: 300, withinMs: 3_000, idleMs: 3_000, limitMs: 2 * minute, apiPerSecond: 20 };
  const count = Number(first);
  if (!Number.isInteger(count) || count < 2)
    throw new Sentence("Say how many connections, such as 10000, or short.");
  return { env, count, withinMs: minute, idleMs: 30_000, limitMs: 20 * minute, apiPerSecond: 50 };
}

const tenths = (number) => Math.round(number * 10) / 10;
const rounded = ({ p50Ms, p99Ms, ...more }) => ({ ...more, p50Ms: tenths(p50Ms), p99Ms: tenths(p99Ms) });

/** Waits until none is left, and answers how many are after so long. */
async function untilNone(left, limitMs, onLook) {
  const begun = performance.now();
  for (;;) {
    const now = await left();
    onLook(now, performance.now() - begun);
    if (now === 0 || performance.now() - begun > limitMs) return now;
    await wait(500);
  }
}

/** What has come of it, once nothing is left or the time is over. */
async function judged(many, due, { left, seconds, idle, meanwhile, from, gateways }) {
  const calls = many.brokers.calls.slice(from);
  const broker = brokerSide(calls.filter(({ path }) => path.startsWith(`/${kinds.renewed}/`)));
  // Their end is known: nobody has to be asked.
  const asked = calls.length - broker.calls;
  const told = await due.told();
  const lastEndAt = await due.lastEndAt();
  const dead = left === 0 ? await due.dead() : null;
  const ratio = Math.round((meanwhile.p99Ms / idle.p99Ms) * 100) / 100;
  const answered = idle.failures + meanwhile.failures === 0;
  const aim = (goal, atMost, number) => ({
    goal,
    atMost,
    found: number,
    met: number !== null && number <= atMost,
  });
  const goals = [
    aim("calls at the broker in any second", aims.callsASecond, broker.mostASecond),
    aim("calls at the broker at once", aims.atOnce * gateways, broker.mostAtOnce),
    aim("seconds until all are renewed or told", aims.doneWithinS, left === 0 ? seconds : null),
    aim("p99 of the API over the idle one", aims.p99OverIdle, ratio),
  ];
  return {
    sound:
      answered &&
      left === 0 &&
      asked === 0 &&
      dead === 0 &&
      told.untold + told.toldOtherwise === 0 &&
      broker.overlaps === 0 &&
      broker.mostOfOne === 1 &&
      broker.sessions === due.renewals,
    seconds,
    left,
    dead,
    ...told,
    endsTold: due.ends,
    endsToldWithinS: lastEndAt === null ? null : tenths((lastEndAt - logout) / 1_000),
    broker,
    callsOfThoseTold: asked,
    api: { idle: rounded(idle), meanwhile: rounded(meanwhile), p99OverIdle: ratio },
    goals,
  };
}

async function versionOn(url) {
  const [{ server_version: version }] = await runOn(url, "show server_version");
  return version;
}

async function wake(gateways, { env, count, withinMs, idleMs, limitMs, apiPerSecond }, say) {
  const many = await openMany();
  const undo = [() => many.close()];
  try {
    await many.moveClock(loggedIn - many.now());
    const started = await many.start(gateways, { env });
    for (const broker of Object.values(kinds)) await many.by(() => started[0]).addApp(broker);
    const seeding = performance.now();
    const due = await makeWaking(many, { count, dueFrom: logout, withinMs });
    undo.push(() => due.close());
    say(
      `${gateways} gateways: ${count} connections made in ${tenths((performance.now() - seeding) / 1_000)} s`,
    );
    const { apiKey } = many;
    const origins = started.map(({ url }) => url);
    const api = await startCalling({ origins, apiKey, perSecond: apiPerSecond });
    undo.push(() => api.stop());
    await wait(Math.min(idleMs, 3_000));
    await api.counted();
    await wait(idleMs);
    const idle = await api.counted();
    const from = many.brokers.calls.length;
    many.brokers.between("before the broker", () => wait(brokerMs));
    await many.moveClock(logout - many.now());
    const begun = performance.now();
    let saidAt = 0;
    const left = await untilNone(due.left, limitMs, (now, ms) => {
      if (ms < saidAt) return;
      saidAt = ms + 10_000;
      say(`${gateways} gateways: ${now} are left after ${Math.round(ms / 1_000)} s`);
    });
    const seconds = tenths((performance.now() - begun) / 1_000);
    const meanwhile = await api.counted();
    const what = await judged(many, due, { left, seconds, idle, meanwhile, from, gateways });
    return { ...what, PostgreSQL: await versionOn(many.databaseUrl) };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

export async function run(args, { say, keep }) {
  const wish = wished(args);
  const found = {};
  const figures = () => ({
    sound: Object.values(found).every(({ sound }) => sound),
    versions: { PostgreSQL: Object.values(found)[0]?.PostgreSQL },
    connections: wish.count,
    dueWithinS: wish.withinMs / 1_000,
    renewalsPerSecond: wish.env.KUNJI_RENEWALS_PER_SECOND,
    brokerMs,
    apiPerSecond: wish.apiPerSecond,
    gateways: found,
  });
  for (const gateways of [1, 4]) {
    found[gateways] = await wake(gateways, wish, say);
    const { seconds, left, broker, api } = found[gateways];
    say(
      `${gateways} gateways: ${left === 0 ? "all" : `all but ${left}`} within ${seconds} s, at most ${broker.mostASecond} calls in a second and ${broker.mostAtOnce} at ` +
        `once, the API's p99 ${api.meanwhile.p99Ms} ms, idle ${api.idle.p99Ms} ms`,
    );
    keep(figures());
  }
  return figures();
}

/** For the page of all figures. */
export function table({ connections, gateways }) {
  const rows = Object.entries(gateways).map(([count, { seconds, endsToldWithinS, broker, api }]) => [
    Number(count),
    connections,
    endsToldWithinS ?? "never",
    seconds,
    broker.mostASecond,
    broker.mostAtOnce,
    api.idle.p99Ms,
    api.meanwhile.p99Ms,
    api.p99OverIdle,
  ]);
  return {
    columns: [
      "gateways",
      "connections",
      "all ends told, s",
      "all renewed or told, s",
      "most calls in a second",
      "most at once",
      "API's p99 idle, ms",
      "p99 meanwhile, ms",
      "ratio",
    ],
    rows,
    goals: Object.entries(gateways).flatMap(([count, { goals }]) =>
      goals.map(({ goal, atMost, found, met }) => ({
        goal: `${count} ${count === "1" ? "gateway" : "gateways"}, ${goal}: at most ${atMost}`,
        figure: `${found ?? "never"}`,
        met,
      })),
    ),
  };
}
