import type { BrokerId } from "kunji";
import { nuvama, rmoney, ventura, zebu } from "kunji/wire";
import type { Ports } from "../../../src/ports/ports.js";
import { newPerson, type Person, type Seen } from "../../browser/support/person.js";
import { newConnection } from "../../connect/support/logins.js";
import { newApiWorld } from "../../http/support/api-world.js";
import { newHttpPerson } from "../../many/support/http-person.js";
import type { TestDatabase } from "../../support/databases.js";
import { redirectBrokers, returnUrl } from "../../support/world.js";

/** What came of sending callbacks again. */
export interface Replays {
  rounds: number;
  /** Callbacks that were sent. */
  sent: number;
  /** Of those, how many went through: one a round. */
  wentThrough: number;
  /** Exchanges that the brokers have received, as their ledger says. */
  exchanges: number;
  /** Rounds by how many exchanges there were. */
  readonly roundsOf: Record<number, number>;
  /** Rounds by how many callbacks went through. */
  readonly throughOf: Record<number, number>;
  /** Answers that are neither the way on nor the one refusal. */
  readonly wrong: string[];
}

export interface Replaying {
  readonly database: TestDatabase;
  readonly rounds: number;
  /** How many come at one moment; 50 if not given. */
  readonly atOnce?: number;
  readonly onRound?: (found: Replays) => void;
  /** Other ports than a gateway's. */
  readonly ports?: (ports: Ports) => Ports;
}

/** What a broker receives once for each login. Nuvama has no exchange: its first call shows how often the token was opened. */
const exchangePaths: Readonly<Record<(typeof redirectBrokers)[number], string>> = {
  ventura: ventura.paths.exchange,
  zebu: zebu.paths.exchange,
  rmoney: rmoney.paths.exchange,
  nuvama: nuvama.paths.limits.split("{")[0] ?? "",
};
const tenant = "t";

const wentOn = ({ status, headers }: Seen): boolean =>
  status === 303 &&
  (headers.location?.startsWith(`${returnUrl}?connection=`) || headers.location?.endsWith("/account")) ===
    true;
const isRefused = ({ status, text }: Seen): boolean => status === 400 && text.includes("login_unknown");

/**
 * Sends each callback fifty times at once over HTTP, and twice more in sequence, at one broker after the other. Every other
 * round it is sent twice in sequence first, so that the fifty come to a login that is used already.
 */
export async function replayAgain(replaying: Replaying): Promise<Replays> {
  const { database, rounds, atOnce = 50, onRound, ports } = replaying;
  const world = await newApiWorld(database, ports && { ports });
  const found: Replays = {
    rounds: 0,
    sent: 0,
    wentThrough: 0,
    exchanges: 0,
    roundsOf: {},
    throughOf: {},
    wrong: [],
  };
  try {
    await world.addTenant(tenant, redirectBrokers);
    let newest = 0;
    /** Exchanges since it was last asked. */
    async function exchanged(broker: keyof typeof exchangePaths): Promise<number> {
      const answer = await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/ledger?after=${newest}`);
      const entries = (await answer.json()) as readonly {
        id: number;
        broker: BrokerId | null;
        path: string;
      }[];
      newest = entries.at(-1)?.id ?? newest;
      return entries.filter((entry) => entry.broker === broker && entry.path.includes(exchangePaths[broker]))
        .length;
    }

    for (let round = 0; round < rounds; round++) {
      const broker = redirectBrokers[round % redirectBrokers.length] ?? "zebu";
      const { token } = await newConnection(world, { tenant, broker });
      const first = newPerson(world.server);
      const begun = await first.send(`/connect/${token}`);
      const callback = await world.logIn(broker, begun.headers.location ?? "");
      const cookies = [...first.jar];
      /** The same browser once more: what one answer takes away, the others had been sent with. */
      const again = (): Person => {
        const person = newHttpPerson(() => world.url);
        for (const [name, value] of cookies) person.jar.set(name, value);
        return person;
      };
      await exchanged(broker);
      const seen: Seen[] = [];
      const inSequence = async () => {
        for (let n = 0; n < 2; n++) seen.push(await again().open(callback));
      };
      if (round % 2 === 1) await inSequence();
      seen.push(...(await Promise.all(Array.from({ length: atOnce }, () => again().open(callback)))));
      if (round % 2 === 0) await inSequence();

      const exchanges = await exchanged(broker);
      const through = seen.filter(wentOn).length;
      found.rounds++;
      found.sent += seen.length;
      found.wentThrough += through;
      found.exchanges += exchanges;
      found.roundsOf[exchanges] = (found.roundsOf[exchanges] ?? 0) + 1;
      found.throughOf[through] = (found.throughOf[through] ?? 0) + 1;
      const others = seen.filter((one) => !wentOn(one) && !isRefused(one));
      found.wrong.push(...others.map(({ status, text }) => `${broker}: ${status} ${text.slice(0, 100)}`));
      onRound?.(found);
    }
    found.wrong.splice(20);
    return found;
  } finally {
    await world.close();
  }
}
