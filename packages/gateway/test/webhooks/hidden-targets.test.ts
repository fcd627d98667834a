import { connect as connectSocket } from "node:net";
import { Secret } from "kunji";
import type { buildConnector } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPublicAddress } from "../../src/adapters/webhooks/public-address.js";
import { createWebhookSender } from "../../src/adapters/webhooks/webhook-sender.js";
import type { WebhookSender } from "../../src/ports/webhook-sender.js";
import { hiddenAnswers, hiddenHosts, publicAddresses } from "./support/hidden-addresses.js";
import { type Receiver, startReceiver } from "./support/receiver.js";

const secret = new Secret(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
const message = (url: string) => ({ url, id: "evt_1", body: "{}", secret });
const refused = { status: null, refused: true };

let receiver: Receiver;
let sender: WebhookSender;
/** The addresses that were connected to. */
let reached: string[];
/** The names that were looked up. */
let lookedUp: string[];
/** What the resolver answers, one after the other; the last one stays. */
let answers: (readonly string[])[];

beforeEach(async () => {
  receiver = await startReceiver();
  reached = [];
  lookedUp = [];
  answers = [["93.184.215.14"]];
  // An internet of one server: it has every address, and speaks without TLS.
  const connect: buildConnector.connector = ({ hostname }, callback) => {
    reached.push(hostname);
    const socket = connectSocket(receiver.port, "127.0.0.1", () => callback(null, socket));
  };
  const lookup = async (name: string) => {
    lookedUp.push(name);
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
  };
  sender = createWebhookSender({ targets: "public", now: () => Date.now(), connect, lookup });
});
afterEach(async () => {
  await sender.close();
  await receiver.close();
});

describe("a webhook to the public internet", () => {
  it.each(hiddenHosts)("does not reach the host %s", async (host) => {
    // What is no URL never becomes a webhook, and here too nothing comes of it.
    for (const url of [`https://${host}/hook`, `https://${host}:8443/hook`])
      expect(await sender.send(message(url))).toMatchObject(URL.canParse(url) ? refused : { status: null });
    expect([reached, receiver.connections()]).toEqual([[], 0]);
  });

  it.each(hiddenAnswers.map((found) => [found.join(" and ") || "nothing", found] as const))(
    "does not reach a name that stands for %s",
    async (_, found) => {
      answers = [found];
      expect(await sender.send(message("https://receiver.example/hook"))).toEqual(refused);
      expect([lookedUp, reached, receiver.connections()]).toEqual([["receiver.example"], [], 0]);
      answers = [["93.184.215.14"]];
      expect(await sender.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
    },
  );

  it.each(["localhost", "localhost.", "api.localhost", "ip6-localhost", "metadata.google.internal"])(
    "does not reach %s where it stands for the machine's own network",
    async (name) => {
      answers = [["127.0.0.1"]];
      expect(await sender.send(message(`https://${name}/`))).toEqual(refused);
      expect(reached).toEqual([]);
    },
  );

  it.each(publicAddresses)("reaches the address %s, by itself and behind a name", async (address) => {
    const host = address.includes(":") ? `[${address}]` : address;
    expect(await sender.send(message(`https://${host}/hook`))).toEqual({ status: 204 });
    answers = [[address]];
    expect(await sender.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
    expect([reached, receiver.received.length]).toEqual([[address, address], 2]);
  });

  it("connects to the addresses that were checked, and looks up nothing in between", async () => {
    answers = [["93.184.215.14"], ["127.0.0.1"]];
    expect(await sender.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
    expect([lookedUp, reached]).toEqual([["receiver.example"], ["93.184.215.14"]]);
  });

  it("checks again at the next message, since names change", async () => {
    answers = [["93.184.215.14"], ["169.254.169.254"], ["93.184.215.14"]];
    const outcomes = [];
    for (let n = 0; n < 3; n++) outcomes.push(await sender.send(message("https://receiver.example/hook")));
    expect(outcomes).toEqual([{ status: 204 }, refused, { status: 204 }]);
    expect([lookedUp.length, receiver.received.length]).toEqual([3, 2]);
  });

  it("goes by https alone", async () => {
    expect(await sender.send(message("http://receiver.example/hook"))).toEqual(refused);
    expect(await sender.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
  });

  it("does not reach this machine by the machine's own resolver and network either", async () => {
    const real = createWebhookSender({ targets: "public", now: () => Date.now() });
    for (const host of ["127.0.0.1", "localhost", "[::1]"])
      expect(await real.send(message(`https://${host}:${receiver.port}/hook`))).toEqual(refused);
    await real.close();
    expect(receiver.connections()).toBe(0);
    const open = createWebhookSender({ targets: "any", now: () => Date.now() });
    expect(await open.send(message(`http://127.0.0.1:${receiver.port}/hook`))).toEqual({ status: 204 });
    await open.close();
  });

  it("tries a name's other address where the first one doesn't answer", async () => {
    const tried: string[] = [];
    const connect: buildConnector.connector = ({ hostname }, callback) => {
      tried.push(hostname);
      if (hostname === "1.1.1.1") return void callback(new Error("no route"), null);
      const socket = connectSocket(receiver.port, "127.0.0.1", () => callback(null, socket));
    };
    const lookup = async () => ["1.1.1.1", "93.184.215.14"];
    const persistent = createWebhookSender({ targets: "public", now: () => Date.now(), connect, lookup });
    expect(await persistent.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
    await persistent.close();
    expect(tried).toEqual(["1.1.1.1", "93.184.215.14"]);
  });
});

describe("an address", () => {
  it("is public only where it is one: what is none at all is not", () => {
    for (const text of ["", "example.com", "127.1", "1.1.1.1.1", "::g", "1.1.1.1/8"])
      expect([text, isPublicAddress(text)]).toEqual([text, false]);
    for (const text of publicAddresses) expect([text, isPublicAddress(text)]).toEqual([text, true]);
  });
});
