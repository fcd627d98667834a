import type { BrokerId } from "kunji";
import type { Person, Seen } from "../../browser/support/person.js";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  confirm,
  finish,
  type Link,
  logIn,
} from "../../invariants/support/journey.js";
import type { WholeGateway } from "../../invariants/support/whole-gateway.js";
import { allBrokers } from "../../support/world.js";

/** What was last acknowledged of a connection. */
export interface Acknowledged {
  readonly broker: BrokerId;
  status: "made" | "active" | "closed";
  generation: number;
  /** Whether its end was asked for. */
  closing: boolean;
  /** Whether a renewal was asked for that nobody has answered: its session is in doubt until the gateway has found out. */
  renewing: boolean;
}

/** A callback that was sent, with the cookies that it was sent with. */
export interface SentCallback {
  readonly broker: BrokerId;
  readonly link: Link;
  readonly callback: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly person: Person;
  answered: boolean;
}

/** A one-time code that was redeemed. */
export interface SentCode {
  readonly broker: BrokerId;
  readonly link: Link;
  readonly code: string;
  answered: boolean;
}

/** What the outside knows of a gateway that may die at any moment. */
export interface Outside {
  readonly connections: Map<string, Acknowledged>;
  /** Of the last life. */
  callbacks: SentCallback[];
  codes: SentCode[];
  /** Connections that were touched in the last life. */
  readonly touched: Set<string>;
  readonly counts: {
    made: number;
    activated: number;
    renewed: number;
    forwarded: number;
    closed: number;
    /** Answers that tell the caller to come again. */
    refused: number;
    /** Answers that nobody may get, with what was asked. */
    readonly wrong: string[];
  };
}

export const newOutside = (): Outside => ({
  connections: new Map(),
  callbacks: [],
  codes: [],
  touched: new Set(),
  counts: { made: 0, activated: 0, renewed: 0, forwarded: 0, closed: 0, refused: 0, wrong: [] },
});

/** What a gateway says that is short of time: it promises nothing, and what is on file stays. */
const refusals: readonly unknown[] = [
  "unavailable",
  "broker_unavailable",
  "broker_timed_out",
  "session_too_short",
];
/** How many connections each actor keeps at least, and uses in one turn. */
const kept = 4;
/** Of an actor's turns, those that end a connection, and those that only use what there is; each other one begins with a login. */
const [ending, using] = [0.2, 0.3];
/** As much as a broker gives, but for two seconds: a session that is older is renewed. */
const nearlyWholeHour = 3_598;

/** Makes the callback, and answers the question for the account wherever it is put: a slow login asks on its own page. */
export async function finishSlowly(person: Person, callback: string): Promise<Seen> {
  const last = await finish(person, callback);
  const secret = last.status === 200 ? last.field("secret") : "";
  if (secret === "") return last;
  return person.send(last.action, { connection: last.field("connection"), secret, answer: "yes" });
}

/** What actors do, each thing noted as soon as it is acknowledged. */
export function actions(whole: WholeGateway, outside: Outside) {
  const { connections, counts, touched } = outside;
  const wrong = (what: string, { status, text }: { status: number; text: string }): void =>
    void counts.wrong.push(`${what}: ${status} ${text.slice(0, 200)}`);

  function refused(what: string, answer: { status: number; text: string; json: { code?: unknown } }): void {
    if (refusals.includes(answer.json.code)) counts.refused++;
    else wrong(what, answer);
  }

  /** Redeems a code that a browser has brought: the connection is active where that is acknowledged. */
  async function redeem(broker: BrokerId, link: Link, code: string): Promise<void> {
    const sent: SentCode = { broker, link, code, answered: false };
    outside.codes.push(sent);
    const confirmed = await confirm(whole, link, code);
    sent.answered = true;
    if (confirmed.json.status !== "active") return refused(`confirm at ${broker}`, confirmed);
    const known = connections.get(link.id);
    if (known) Object.assign(known, { status: "active", generation: confirmed.json.generation });
    counts.activated++;
  }

  /** A whole login: made, begun, called back, confirmed. */
  async function login(broker: BrokerId): Promise<string> {
    const link = await askLink(whole, broker);
    connections.set(link.id, { broker, status: "made", generation: 0, closing: false, renewing: false });
    touched.add(link.id);
    counts.made++;
    const person = whole.person();
    let last: Seen;
    if (whole.gateway.ports.brokers.traits[broker].login === "redirect") {
      const callback = await comeBack(whole, broker, await begin(person, link));
      const sent = { broker, link, callback, cookies: new Map(person.jar), person, answered: false };
      outside.callbacks.push(sent);
      last = await finishSlowly(person, callback);
      sent.answered = true;
    } else last = await logIn(whole, broker, link, undefined, person);
    const code = codeOf(last);
    if (code) await redeem(broker, link, code);
    else if (last.status === 503) counts.refused++;
    else wrong(`login at ${broker}`, last);
    return link.id;
  }

  /** Reads the headers of a session, which renews one that its broker renews. */
  async function read(id: string): Promise<void> {
    const known = connections.get(id);
    const renews = known !== undefined && whole.gateway.ports.brokers.traits[known.broker].refresh;
    if (renews) known.renewing = true;
    const min = renews ? nearlyWholeHour : 0;
    const answer = await whole.ask("GET", `/v1/connections/${id}/session?min=${min}`);
    if (answer.status !== 200 || !known) return refused(`session at ${known?.broker}`, answer);
    if (answer.json.generation > known.generation) counts.renewed++;
    known.generation = answer.json.generation;
    known.renewing = false;
  }

  /** Answers whether the broker took the session. */
  async function forward(id: string): Promise<boolean> {
    const broker = connections.get(id)?.broker ?? "zebu";
    const { method, path, body } = whole.gateway.ports.brokers.traits[broker].firstCall;
    const answer = await whole.ask(method, `/v1/connections/${id}/proxy${path}`, { body });
    if (answer.status === 200) counts.forwarded++;
    else refused(`call at ${broker}`, answer);
    return answer.status === 200;
  }

  async function close(id: string): Promise<void> {
    const known = connections.get(id);
    if (!known) return;
    known.closing = true;
    touched.add(id);
    const answer = await whole.ask("DELETE", `/v1/connections/${id}`);
    if (answer.status !== 204) return refused(`end at ${known.broker}`, answer);
    known.status = "closed";
    counts.closed++;
  }
  return { login, redeem, read, forward, close };
}

/**
 * People and their apps at work, until they are stopped: logins at every broker, calls, readings of sessions, renewals, ends.
 * @param actors how many at once
 * @param random from 0 to 1, by chance: a short life has any of these as its first
 */
export function startMixedLoad(
  whole: WholeGateway,
  outside: Outside,
  { actors, random }: { readonly actors: number; readonly random: () => number },
) {
  let stopping = false;
  const act = actions(whole, outside);
  const own = [...outside.connections].filter(([, { status, closing }]) => status === "active" && !closing);

  async function use(id: string | undefined): Promise<void> {
    const known = outside.connections.get(id ?? "");
    if (stopping || id === undefined || known?.status !== "active" || known.renewing) return;
    outside.touched.add(id);
    await act.read(id);
    await act.forward(id);
  }

  async function actor(n: number): Promise<void> {
    const mine = own.filter((_, i) => i % actors === n).map(([id]) => id);
    const anyOfMine = () => Math.floor(random() * mine.length);
    for (let turn = n; !stopping; turn++) {
      const chance = random();
      if (chance < ending && mine.length > kept) await act.close(mine.splice(anyOfMine(), 1)[0] ?? "");
      else if (chance < ending + using && mine.length > 0)
        for (let i = 0; i < kept; i++) await use(mine[anyOfMine()]);
      else {
        mine.push(await act.login(allBrokers[turn % allBrokers.length] as BrokerId));
        await use(mine.at(-1));
      }
    }
  }
  /** Whose gateway has died under them have no more to do; any other failure is the test's own. */
  const ended = Array.from({ length: actors }, (_, n) =>
    actor(n).catch((error: unknown) => {
      if (!stopping) throw error;
    }),
  );
  // Told by `stop`, and not before.
  for (const one of ended) one.catch(() => undefined);
  return {
    /** Nothing is begun any more; a failure from now on is the gateway's death. */
    doom: (): void => {
      stopping = true;
    },
    ended: () => Promise.all(ended),
  };
}
