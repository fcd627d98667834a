// Whole logins a second at each broker, through a gateway and the sandbox, beside oidc-provider's issuing part alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newPostgres, runOn } from "../packages/gateway/test/support/postgres.ts";
import { root, Sentence } from "../scripts/settings.mjs";
import { createCaller } from "./support/login-caller.mjs";
import { openGateway } from "./support/login-gateway.mjs";
import { openIssuer } from "./support/login-issuing.mjs";
import { measureLogins, spread } from "./support/login-rates.mjs";
import { peer, versionOf } from "./support/peers.mjs";

export const about =
  "[rounds, 5] [seconds each, 4], or short: whole logins a second at each broker on both databases, beside oidc-provider's " +
  "issuing part";

const inFlight = [16, 1];
/** Logins through us a second, over those that oidc-provider issues for: what is aimed at with 16 in flight. */
const goal = 1;
const beside = "oidc-provider";

function wished([first = "5", second = "4"]) {
  if (first === "short") return { rounds: 1, seconds: 0.4, warmUpSeconds: 0.4 };
  const [rounds, seconds] = [Number(first), Number(second)];
  if (!Number.isInteger(rounds) || rounds < 1 || !(seconds > 0))
    throw new Sentence("Say how many rounds and how many seconds each, such as 5 4, or short.");
  return { rounds, seconds, warmUpSeconds: Math.min(3, seconds) };
}

const hundredths = (number) => Math.round(number * 100) / 100;
const versionIn = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).version;

async function versions(databaseUrl) {
  const [of] = await runOn(
    databaseUrl,
    "select current_setting('server_version') as version, current_setting('fsync') as fsync",
  );
  return {
    gateway: versionIn("packages/gateway"),
    sandbox: versionIn("packages/sandbox"),
    [beside]: versionOf(beside),
    SQLite: `better-sqlite3 ${versionIn("node_modules/better-sqlite3")}`,
    PostgreSQL: `${of.version}, fsync ${of.fsync}`,
  };
}

/** What one contender has come to over its rounds, and beside the other of the same rounds. */
function summed(rounds, others) {
  const of = (name) => rounds.map((round) => round[name]);
  return {
    perSecond: spread(of("perSecond")),
    p50Ms: spread(of("p50Ms")),
    p99Ms: spread(of("p99Ms")),
    logins: rounds.reduce((sum, { done }) => sum + done.length, 0),
    ...(others && {
      ratio: spread(
        of("perSecond").map((one, i) => one / others[i].perSecond),
        hundredths,
      ),
    }),
  };
}

function figuresOf({ rounds, seconds }, compared, contenders, failures, lost) {
  const done = contenders.filter(({ measured }) => inFlight.every((atOnce) => measured[atOnce].length > 0));
  const issuer = done.find(({ database }) => database === undefined);
  const found = {};
  const goals = [];
  for (const atOnce of inFlight) {
    if (!issuer) continue;
    const others = issuer.measured[atOnce];
    const here = { [beside]: summed(others) };
    for (const { database, broker, measured } of done) {
      if (!database) continue;
      here[database] ??= {};
      here[database][broker] = summed(measured[atOnce], others);
      const { ratio } = here[database][broker];
      if (atOnce === inFlight[0])
        goals.push({
          database,
          broker,
          inFlight: atOnce,
          atLeast: goal,
          ratio: ratio.median,
          met: ratio.median >= goal,
        });
    }
    found[atOnce] = here;
  }
  return {
    sound: failures.length === 0 && lost === 0,
    versions: compared,
    rounds,
    seconds,
    failures: failures.length,
    firstFailures: failures.slice(0, 5),
    /** Logins that were counted and whose connection is not active in the end. */
    notActive: lost,
    inFlight: found,
    goals,
  };
}

async function openAll(undo) {
  const caller = createCaller(await peer("undici"));
  undo.push(() => caller.close());
  const issuer = await openIssuer(caller);
  undo.push(() => issuer.close());
  const database = await newPostgres();
  undo.push(() => database.drop());
  const gateways = {};
  for (const [name, url] of [["SQLite"], ["PostgreSQL", database.url]]) {
    gateways[name] = await openGateway(caller, url);
    undo.push(() => gateways[name].close());
  }
  const measured = () => Object.fromEntries(inFlight.map((atOnce) => [atOnce, []]));
  const ours = Object.entries(gateways).flatMap(([name, { brokers, logIn }]) =>
    brokers.map((broker) => ({
      database: name,
      broker,
      logIn: () => logIn(broker),
      made: [],
      measured: measured(),
    })),
  );
  const contenders = [{ broker: beside, logIn: issuer.logIn, made: [], measured: measured() }, ...ours];
  return { gateways, contenders, compared: await versions(database.url) };
}

/** How many of the counted logins have no active connection. */
async function countLost(gateways, contenders) {
  let lost = 0;
  for (const { database, broker, made } of contenders) {
    if (!database) continue;
    const active = await gateways[database].active(broker);
    lost += made.filter((id) => !active.has(id)).length;
  }
  return lost;
}

export async function run(args, { say, keep }) {
  const wish = wished(args);
  const undo = [];
  try {
    const { gateways, contenders, compared } = await openAll(undo);
    const failures = [];
    async function measure({ logIn, made }, atOnce, seconds) {
      const measured = await measureLogins(logIn, atOnce, seconds * 1_000);
      made.push(...measured.done);
      failures.push(...measured.failures);
      return measured;
    }
    for (const contender of contenders) await measure(contender, inFlight[0], wish.warmUpSeconds);
    const figures = (lost = 0) => figuresOf(wish, compared, contenders, failures, lost);
    for (let round = 0; round < wish.rounds; round++)
      for (const atOnce of inFlight)
        for (const contender of round % 2 ? contenders.toReversed() : contenders) {
          const measured = await measure(contender, atOnce, wish.seconds);
          contender.measured[atOnce].push(measured);
          const { database = "", broker } = contender;
          say(
            `round ${round + 1}, ${atOnce} in flight, ${database} ${broker}: ${measured.perSecond.toFixed(1)} a second` +
              (measured.failures.length > 0
                ? `, ${measured.failures.length} failed: ${measured.failures[0]}`
                : ""),
          );
        }
    keep(figures());
    return figures(await countLost(gateways, contenders));
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** For the page of all figures: logins a second and their ratio, broker by broker. */
export function table({ inFlight: found, goals = [] }) {
  const rows = Object.entries(found).flatMap(([atOnce, { [beside]: issuer, ...ours }]) =>
    Object.entries(ours).flatMap(([database, brokers]) =>
      Object.entries(brokers).map(([broker, { perSecond, ratio }]) => [
        broker,
        database,
        Number(atOnce),
        perSecond.median,
        issuer.perSecond.median,
        ratio.median,
      ]),
    ),
  );
  return {
    columns: ["broker", "database", "in flight", "logins a second", beside, "ratio"],
    rows,
    goals: goals.map(({ database, broker, inFlight: atOnce, atLeast, ratio, met }) => ({
      goal: `${broker}, ${database}, ${atOnce} in flight: at least ${atLeast} of ${beside}`,
      figure: `${ratio}`,
      met,
    })),
  };
}
