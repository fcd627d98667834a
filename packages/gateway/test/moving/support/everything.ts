import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { carryRotationOn } from "../../../src/flows/rotate-keys.js";
import type { Person } from "../../browser/support/person.js";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  connect,
  type Link,
  logIn,
} from "../../invariants/support/journey.js";
import type { WholeGateway } from "../../invariants/support/whole-gateway.js";
import { allBrokers } from "../../support/world.js";

/** What a gateway was left with, that another one is to go on with. */
export interface Left {
  /** A live connection at each broker. */
  readonly connections: Readonly<Record<string, string>>;
  /** A login that a browser is at its broker for: it has come back by this address, and not yet opened it. */
  readonly begun: { readonly person: Person; readonly link: Link; readonly callback: string };
  /** A login that waits for its confirmation. */
  readonly waiting: { readonly link: Link; readonly code: string | undefined };
  /** A link that nobody has opened, signed with a key that is gone since. */
  readonly oldLink: Link;
  readonly idempotencyKey: string;
  /** An API key of another tenant. */
  readonly otherKey: string;
}

async function rotate({ gateway, ask }: WholeGateway): Promise<void> {
  await ask("POST", "/v1/vault/rotation", { body: {} });
  const { ports } = gateway;
  for (let round = 0; (await ports.store.rotations.last())?.finishedAt === null; round++) {
    if (round > 50) throw new Error("The rotation does not end.");
    await carryRotationOn(ports, { owner: "test", graceMs: 0 });
  }
}

/** The first operator signs in, and somebody else tries a password. */
async function signIn({ data, person }: WholeGateway): Promise<void> {
  const password = (await readFile(join(data, "gateway", "operator-password"), "utf8")).trim();
  const { status } = await person().send("/sign-in", { name: "operator", password });
  if (status !== 303) throw new Error(`The operator is not signed in: ${status}.`);
  await person().send("/sign-in", { name: "nobody", password: "a guess of somebody's" });
}

/** Has a gateway do something of every kind, so that every table has rows. */
export async function doEverything(whole: WholeGateway): Promise<Left> {
  const { ask, gateway } = whole;
  await signIn(whole);
  await ask("POST", "/v1/webhooks", { body: { url: "http://127.0.0.1:9/", types: ["connection.active"] } });
  const connections: Record<string, string> = {};
  for (const broker of allBrokers) {
    await whole.addApp(broker);
    connections[broker] = await connect(whole, broker);
  }
  const oldLink = await askLink(whole, "rmoney");
  await rotate(whole);
  const made = await ask("POST", "/v1/tenants", { body: { id: "desk-1", name: "Desk “one” 🔑" } });
  const idempotencyKey = "the-same-request-again";
  await ask("POST", "/v1/connections", {
    body: { app: "zebu", user: "asha", return_url: "https://app.example/connected" },
    headers: { "idempotency-key": idempotencyKey },
  });
  const person = whole.person();
  const link = await askLink(whole, "ventura");
  const callback = await comeBack(whole, "ventura", await begin(person, link));
  const waitingLink = await askLink(whole, "zebu");
  const waiting = { link: waitingLink, code: codeOf(await logIn(whole, "zebu", waitingLink)) };
  // An order that a broker refuses has been counted as well.
  await ask("POST", `/v1/connections/${connections.zebu}/proxy/NorenWClientAPI/PlaceOrder`, { body: {} });
  // A gateway that stops here has a lease, and a try that it has written down.
  await gateway.ports.store.connections.lease("operator", connections.zebu ?? "", {
    owner: "a gateway that has ended",
    ms: 60_000,
  });
  return {
    connections,
    begun: { person, link, callback },
    waiting,
    oldLink,
    idempotencyKey,
    otherKey: made.json.api_key.key,
  };
}
