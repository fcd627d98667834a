import { setTimeout as wait } from "node:timers/promises";
import { rmoney, ventura, zebu } from "kunji/wire";
import { codeOf } from "../../invariants/support/journey.js";
import type { RecordedCall } from "../../many/support/recorded-brokers.js";
import { ringOf } from "../../moving/support/open-all.js";
import { allBrokers } from "../../support/world.js";
import {
  actions,
  finishSlowly,
  newOutside,
  type Outside,
  type SentCallback,
  startMixedLoad,
} from "./mixed-load.js";
import { type RestartedGateway, restartedGateway } from "./restarted-gateway.js";
import { historyFaults, integrityOf, whatIsLeft } from "./what-is-left.js";

/** What came of killing a gateway again and again. */
export interface Crashes {
  kills: number;
  /** Connections that were acknowledged as made, as active and as ended; sessions that were renewed. */
  made: number;
  activated: number;
  closed: number;
  renewed: number;
  /** Calls that a broker answered. */
  forwarded: number;
  /** Callbacks that came again in the next life, whose answer the last one had given. */
  replayed: number;
  /** Callbacks and codes that were under way at a death, and went through in the next life. */
  wentOn: number;
  /** Logins that a death has cost: their users log in again. */
  loginsLost: number;
  valuesOpened: number;
  /** Calls that were told to come again: the gateway, or its way to the broker, was short of time. */
  refused: number;
  /** Acknowledged, and not there. */
  missing: number;
  unreadable: number;
  /** Callbacks that went through twice, and codes that a broker was sent twice. */
  consumedTwice: number;
  /** Codes that were used up without the connection that they stand for. */
  codesLost: number;
  /** Complaints of the database of its files, and breaks in the history. */
  damaged: number;
  /** Answers that nobody may get. */
  wrongAnswers: number;
  /** Connections whose session the broker did not take at the end. */
  dead: number;
  /** The first of all that was wrong, in sentences. */
  readonly told: string[];
}

export interface Crashing {
  readonly kind: "SQLite" | "PostgreSQL";
  readonly kills: number;
  readonly actors?: number;
  /** How many acknowledged acts a life lasts for at most: fewer by chance, and then up to a tenth of a second. */
  readonly acts?: number;
  /** From 0 to 1, by chance. */
  readonly random?: () => number;
  readonly onKill?: (found: Crashes) => void;
}

const exchanges: readonly string[] = [ventura.paths.exchange, zebu.paths.exchange, rmoney.paths.exchange];
/** How often the files are looked at by the database itself, in deaths. */
const lookEvery = 25;

/** Exchanges that a broker got a second time: the same code and all. Nuvama has none. */
export function exchangedAgain(calls: readonly Pick<RecordedCall, "path" | "body">[]): number {
  const all = calls.filter(({ path }) => exchanges.some((exchange) => path.includes(exchange)));
  return all.length - new Set(all.map(({ path, body }) => `${path} ${body}`)).size;
}

/** The cookies as they were when the callback was sent first. */
function withCookies({ person, cookies }: SentCallback): SentCallback["person"] {
  person.jar.clear();
  for (const [name, value] of cookies) person.jar.set(name, value);
  return person;
}

/** Sends what the last life was sent once more: what was answered, and what was under way when it died. */
async function comeAgain({ whole }: RestartedGateway, outside: Outside, found: Crashes): Promise<void> {
  const act = actions(whole, outside);
  const { callbacks, codes } = outside;
  outside.callbacks = [];
  outside.codes = [];
  for (const sent of callbacks) {
    const person = withCookies(sent);
    if (sent.answered) {
      const { status, text, headers } = await person.open(sent.callback);
      found.replayed++;
      // A slow refusal comes on a page that was begun as a success.
      if (text.includes("login_unknown") && headers.location === undefined) continue;
      found.consumedTwice++;
      found.told.push(`${sent.broker} took a callback again: ${status}`);
      continue;
    }
    const code = codeOf(await finishSlowly(person, sent.callback));
    if (code) {
      await act.redeem(sent.broker, sent.link, code);
      found.wentOn++;
    } else found.loginsLost++;
  }
  for (const { broker, link, code } of codes.filter(({ answered }) => !answered)) {
    const body = { code, user: "asha" };
    const { json } = await whole.ask("POST", `/v1/connections/${link.id}/confirm`, { body });
    // A refusal's status is a number: the last life may have used the code up, and died before it said so.
    const isRow = typeof json.status === "string";
    const row = isRow ? json : (await whole.ask("GET", `/v1/connections/${link.id}`)).json;
    const known = outside.connections.get(link.id);
    if (row.status === "active" && known) {
      Object.assign(known, { status: "active", generation: row.generation });
      found.wentOn++;
      continue;
    }
    found.codesLost++;
    found.told.push(`${broker}'s code is used up, and ${link.id} is ${row.status}`);
  }
  for (const [id, { status, closing }] of outside.connections)
    if (closing && status !== "closed") await act.close(id);
}

/** Waits until the gateway has found out what became of renewals that a death has left in doubt. */
async function foundOut({ whole }: RestartedGateway, outside: Outside): Promise<void> {
  const { traits } = whole.gateway.ports.brokers;
  for (const [id, { broker, status, renewing }] of outside.connections) {
    const { method, path, body } = traits[broker].firstCall;
    const isTaken = async () =>
      (await whole.ask(method, `/v1/connections/${id}/proxy${path}`, { body })).status === 200;
    const until = performance.now() + 60_000;
    while (status === "active" && renewing && !(await isTaken()) && performance.now() < until)
      await wait(500);
  }
}

/** The connections whose session their broker doesn't take, asked twice. */
async function deadOnes({ whole }: RestartedGateway, outside: Outside): Promise<readonly string[]> {
  const { forward } = actions(whole, outside);
  const dead: string[] = [];
  for (const [id, { broker, status }] of outside.connections)
    if (status === "active" && !(await forward(id)) && !(await forward(id))) dead.push(`${broker} ${id}`);
  return dead;
}

/** Waits until so much more was acknowledged; where the machine is slow, for ten seconds. */
async function lived({ counts }: Outside, acts: number): Promise<void> {
  const done = () => counts.made + counts.activated + counts.renewed + counts.forwarded + counts.closed;
  const [target, until] = [done() + acts, performance.now() + 10_000];
  while (done() < target && performance.now() < until) await wait(2);
}

/**
 * Kills a gateway with all its work under way, at a moment of chance, again and again. After each death what was
 * acknowledged is looked for in the database, and what was sent before is sent again to the next life.
 */
export async function crashAgain(crashing: Crashing): Promise<Crashes> {
  const { kind, kills, actors = 6, acts = 24, random = Math.random, onKill } = crashing;
  const found: Crashes = {
    kills: 0,
    made: 0,
    activated: 0,
    closed: 0,
    renewed: 0,
    forwarded: 0,
    replayed: 0,
    wentOn: 0,
    loginsLost: 0,
    valuesOpened: 0,
    refused: 0,
    missing: 0,
    unreadable: 0,
    consumedTwice: 0,
    codesLost: 0,
    damaged: 0,
    wrongAnswers: 0,
    dead: 0,
    told: [],
  };
  const outside = newOutside();
  const restarted = await restartedGateway(kind);
  const { place, brokers } = restarted;

  /** @param all of the connections that there ever were, not those alone that the last life has touched */
  async function look(all: boolean): Promise<void> {
    const known = all
      ? outside.connections
      : new Map([...outside.connections].filter(([id]) => outside.touched.has(id)));
    const { missing, unreadable, values } = await whatIsLeft(place, await ringOf(restarted.keyFile), known);
    const damage = all || found.kills % lookEvery === 0 ? [...(await integrityOf(place))] : [];
    if (all) damage.push(...(await historyFaults(place)));
    found.missing += missing.length;
    found.unreadable += unreadable.length;
    found.damaged += damage.length;
    found.valuesOpened = values;
    const twice = exchangedAgain(brokers.calls);
    brokers.calls.length = 0;
    found.consumedTwice += twice;
    found.told.push(
      ...missing,
      ...unreadable,
      ...damage,
      ...(twice > 0 ? [`${twice} codes were sent twice`] : []),
    );
    const { wrong, ...counts } = outside.counts;
    Object.assign(found, counts, { wrongAnswers: wrong.length });
    outside.touched.clear();
  }

  try {
    // Nuvama's vendor session is there before anybody dies: one that is begun keeps its lease for a while.
    const first = await restarted.start();
    for (const broker of allBrokers) await actions(restarted.whole, outside).login(broker);
    await first.kill("SIGTERM");
    for (let i = 0; i < kills; i++) {
      const gateway = await restarted.start();
      await comeAgain(restarted, outside, found);
      const load = startMixedLoad(restarted.whole, outside, { actors, random });
      await Promise.race([lived(outside, random() * acts), load.ended()]);
      await Promise.race([wait(random() * 100), load.ended()]);
      load.doom();
      await gateway.kill("SIGKILL");
      await load.ended();
      found.kills++;
      await look(false);
      onKill?.(found);
    }
    const gateway = await restarted.start();
    await comeAgain(restarted, outside, found);
    await foundOut(restarted, outside);
    const dead = await deadOnes(restarted, outside);
    found.dead = dead.length;
    await gateway.kill("SIGTERM");
    await look(true);
    found.told.push(...dead.map((one) => `${one} is not taken`), ...outside.counts.wrong);
    found.told.splice(20);
  } finally {
    await restarted.close();
  }
  return found;
}
