import { request as httpRequest } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseRelay, openRelay } from "../invariants/support/database-relay.js";
import { askLink, codeOf, confirm, connect, logIn } from "../invariants/support/journey.js";
import type { WholeGateway } from "../invariants/support/whole-gateway.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";

/** A second, and what a call may take on its way where the machine is busy; in ms. */
const secondMs = 1_000 + 400;

/** How news of a change come to the other gateways, or don't. */
const ways: readonly (readonly [string, (relays: readonly DatabaseRelay[]) => void])[] = [
  ["heard", () => undefined],
  [
    "not heard",
    (relays) => {
      for (const relay of relays.slice(0, 2)) relay.deafen();
      for (const relay of relays.slice(2)) relay.cutHearing();
    },
  ],
];

describe.each(ways)("four gateways, where news of changes are %s", (_, disturb) => {
  let many: ManyGateways;
  let relays: readonly DatabaseRelay[];
  let gateways: readonly GatewayProcess[];
  let whole: WholeGateway;
  /** What each broker is called with: a connection and an API key. */
  const called = new Map<BrokerId, { readonly id: string; readonly key: string }>();
  /** A key that may make others end. */
  let keyId = "";

  beforeAll(async () => {
    many = await openMany();
    relays = await Promise.all([0, 1, 2, 3].map(() => openRelay(many.databaseUrl)));
    const started = relays.map(({ url }) => many.start(1, { databaseUrl: url }));
    gateways = (await Promise.all(started)).flat();
    whole = many.by(() => gateways[0] as GatewayProcess);
    for (const broker of allBrokers.filter((each) => each !== "rmoney")) {
      await whole.addApp(broker);
      called.set(broker, { id: await connect(whole, broker), key: many.apiKey });
    }
    const made = await whole.ask("POST", "/v1/keys", { body: { name: "one", scopes: ["proxy"] } });
    keyId = made.json.id;
    called.set("autoshares", { id: called.get("autoshares")?.id ?? "", key: made.json.key });
    const tenant = await whole.ask("POST", "/v1/tenants", { body: { id: "desk", name: "Desk" } });
    const { key } = tenant.json.api_key;
    const { redirect_url: _url, ...keys } = whole.presets.rmoney.apps.gateway;
    const body = { broker: "rmoney", environment: "sandbox", keys, return_urls: [returnUrl] };
    const { callback_url } = (await whole.ask("PUT", "/v1/apps/rmoney", { key, body })).json;
    await whole.sandbox("POST", "/rmoney/portal/apps/rmoney-gateway", { redirect_url: callback_url });
    called.set("rmoney", { id: await connect(whole, "rmoney", { key }), key });
  }, 90_000);
  afterAll(async () => {
    await many.close();
    for (const relay of relays) await relay.close();
  });

  async function call(gateway: GatewayProcess, broker: BrokerId): Promise<string> {
    const { id, key } = called.get(broker) ?? { id: "", key: "" };
    const { method, path, body } = whole.gateway.ports.brokers.traits[broker].firstCall;
    const answer = await many.ask(gateway, method, `/v1/connections/${id}/proxy${path}`, { body, key });
    const { code = answer.status } = answer.body;
    return `${answer.headers.get("kunji-answer-from")} ${code}`;
  }
  /** The same from all, which shows that each has the session in its memory. */
  const callAll = (broker: BrokerId) => Promise.all(gateways.map((gateway) => call(gateway, broker)));
  /** Calls that a broker got since a moment. */
  const since = (broker: BrokerId, at: number) =>
    many.brokers.calls.filter(({ path, begunAt }) => path.startsWith(`/${broker}/`) && begunAt > at);

  /** Every gateway calls the broker all the time. */
  function keepCalling(broker: BrokerId) {
    let stopping = false;
    const loops = gateways.map(async (gateway) => {
      while (!stopping) {
        await call(gateway, broker);
        await wait(200);
      }
    });
    return async () => {
      stopping = true;
      await Promise.all(loops);
    };
  }

  it("use nothing for longer than a second that was taken away or replaced at one of them", async () => {
    const zebuBefore = new Set<string>();
    for (const broker of allBrokers)
      expect([broker, ...(await callAll(broker))]).toEqual([broker, ...Array(4).fill("broker 200")]);
    for (const { authorization } of since("zebu", 0)) zebuBefore.add(authorization);
    const link = await askLink(whole, "zebu", { connection: called.get("zebu")?.id ?? "" });
    const code = codeOf(await logIn(whole, "zebu", link));
    const stops = allBrokers.map(keepCalling);
    await wait(300);
    disturb(relays);
    const ended = await Promise.all([
      whole.ask("DELETE", `/v1/connections/${called.get("ventura")?.id}`),
      whole.ask("DELETE", `/v1/keys/${keyId}`),
      whole.ask("DELETE", "/v1/apps/nuvama/vendor-session"),
      whole.ask("DELETE", "/v1/tenants/desk"),
      confirm(whole, link, code),
    ]);
    const at = performance.now() + secondMs;
    expect(ended.map(({ status }) => status)).toEqual([204, 204, 204, 204, 200]);
    await wait(secondMs + 1_500);
    for (const stop of stops) await stop();

    for (const broker of ["ventura", "autoshares", "nuvama", "rmoney"] as const)
      expect([broker, since(broker, at).map(({ path }) => path)]).toEqual([broker, []]);
    const used = new Set(since("zebu", at).map(({ authorization }) => authorization));
    expect(used.size).toBe(1);
    expect([...used].filter((each) => zebuBefore.has(each))).toEqual([]);

    expect(new Set(await callAll("zebu"))).toEqual(new Set(["broker 200"]));
    expect(new Set(await callAll("ventura"))).toEqual(new Set(["gateway connection_closed"]));
    expect(new Set(await callAll("autoshares"))).toEqual(new Set(["gateway key_refused"]));
    expect(new Set(await callAll("nuvama"))).toEqual(new Set(["gateway login_needed"]));
    expect(new Set(await callAll("rmoney"))).toEqual(new Set(["gateway key_refused"]));
  }, 60_000);

  /** A call whose body takes so many ms; what happens `meanwhile` happens when its first half is there. */
  async function slowCall(key: string, meanwhile: () => Promise<unknown>): Promise<number> {
    const { path, body } = whole.gateway.ports.brokers.traits.zebu.firstCall;
    const text = JSON.stringify(body);
    const address = `${gateways[1]?.url}/v1/connections/${called.get("zebu")?.id}/proxy${path}`;
    return new Promise((resolve, reject) => {
      const sending = httpRequest(address, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        },
      });
      sending.on("error", reject);
      sending.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sending.write(text.slice(0, 5));
      void wait(200)
        .then(meanwhile)
        .then(() => wait(secondMs))
        .then(() => sending.end(text.slice(5)));
    });
  }

  it("send no call whose caller took a second for the body after the API key had ended", async () => {
    const made = async () =>
      (await whole.ask("POST", "/v1/keys", { body: { name: "slow", scopes: ["proxy"] } })).json;
    const kept = await made();
    const ended = await made();
    const before = performance.now();
    const statuses = await Promise.all([
      slowCall(kept.key, async () => undefined),
      slowCall(ended.key, () => whole.ask("DELETE", `/v1/keys/${ended.id}`)),
    ]);
    expect(statuses).toEqual([200, 401]);
    expect(since("zebu", before)).toHaveLength(1);
  }, 30_000);

  it("send no call whose caller took a second for the body after the connection was closed", async () => {
    const before = performance.now();
    const { id } = called.get("zebu") ?? { id: "" };
    expect(await slowCall(many.apiKey, () => whole.ask("DELETE", `/v1/connections/${id}`))).toBe(409);
    const { path } = whole.gateway.ports.brokers.traits.zebu.firstCall;
    expect(since("zebu", before).filter((each) => each.path.endsWith(path))).toEqual([]);
  }, 30_000);
});
