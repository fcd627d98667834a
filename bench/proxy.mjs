// Calls a stand-in of a broker through the gateway and, in the same rounds, through proxies that do none of its work.
import { isDeepStrictEqual } from "node:util";
import { figuresOf, thisMachine } from "../scripts/parts.mjs";
import { Sentence } from "../scripts/settings.mjs";
import { peersReady } from "./support/peers.mjs";
import { connections } from "./support/proxy/rounds.mjs";
import { measureSetUp, setUps } from "./support/proxy/set-ups.mjs";
import { proxyTable } from "./support/proxy/table.mjs";
import { names } from "./support/proxy/targets.mjs";
import { versions } from "./support/proxy/versions.mjs";

const known = Object.keys(setUps);

export const about =
  `[rounds, 5, or short] [seconds each, 4] [${known.join(",")}]: ` +
  "forwarded calls beside nginx, a bare dispatcher, @fastify/http-proxy and http-proxy";

const whole = (given, example) => {
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Sentence(`Say how many, such as ${example}.`);
};

/** `short` is one round of one second, of the first set-up unless others are named. */
function wished(args) {
  const short = args[0] === "short";
  const [rounds = "5", seconds = "4", list] = short ? ["1", "1", args[1] ?? known[0]] : args;
  const chosen = list === undefined ? known : list.split(",");
  const strange = chosen.find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new Sentence(`There is no set-up ${strange}. Say one of: ${known.join(", ")}.`);
  return { rounds: whole(rounds, 5), seconds: whole(seconds, 4), chosen };
}

/** What is kept of other set-ups, where they were measured here and as these are: one by itself takes its place beside them. */
function keptOf(like, chosen) {
  const kept = figuresOf("proxy");
  const alike = Object.entries({ ...like, measuredOn: thisMachine() }).every(([name, value]) =>
    isDeepStrictEqual(kept?.[name], value),
  );
  return alike ? Object.entries(kept.setUps).filter(([name]) => !chosen.includes(name)) : [];
}

export async function run(args, { say, keep }) {
  const { rounds, seconds, chosen } = wished(args);
  await peersReady();
  const compared = versions();
  const like = { versions: compared, rounds, seconds, connections, names };
  const found = Object.fromEntries(keptOf(like, chosen));
  const figures = () => ({
    sound: Object.values(found).every(({ sound }) => sound),
    ...like,
    setUps: Object.fromEntries(known.flatMap((name) => (found[name] ? [[name, found[name]]] : []))),
  });
  for (const name of chosen) {
    found[name] = await measureSetUp(name, { rounds, seconds, say });
    for (const flaw of found[name].flaws ?? []) say(`  wrong: ${flaw}`);
    for (const { goal, beside, atLeast, atMost, is, met } of found[name].goals)
      say(`  ${goal} ${names[beside]}: ${is}, goal ${atLeast ?? atMost}${met ? "" : ", missed"}`);
    keep(figures());
  }
  return figures();
}

export const table = proxyTable;
