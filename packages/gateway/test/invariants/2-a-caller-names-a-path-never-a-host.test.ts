import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type NastyServer, nastyServer } from "../proxy/support/nasty-server.js";
import { type RawAnswer, type RawCall, rawCall } from "../proxy/support/raw-call.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { wholeGateways } from "./support/both-databases.js";
import { jsonAnswer, newKey, openRelayed, type RelayedGateway } from "./support/broker-relay.js";
import { connect, ledger } from "./support/journey.js";

/** A login, a token or a logout of each broker. */
const credentialCalls = {
  ventura: ["POST /auth/v1/token", "POST /user/v1/logout", "GET /login/v1"],
  autoshares: ["POST /token", "POST /logout"],
  nuvama: [
    "POST /edelmw-login/login/accounts/loginvendor/KUNJIGW",
    "GET /login",
    "PUT /edelmw-login/login/accounts/logoff",
  ],
  zebu: [
    "POST /NorenWClientAPI/GenAcsTok",
    "POST /NorenWClientAPI/RefreshToken",
    "POST /NorenWClientAPI/Logout",
  ],
  rmoney: [
    "POST /open-api/od/v1/vendor/getUserDetails",
    "GET /auth/login",
    "POST /open-api/od/v1/profile/createWsSess",
  ],
} as const;
const quotes = "/NorenWClientAPI/GetQuotes";

describe.each(wholeGateways)("a caller names a path, never a host, on %s", (_, open) => {
  let world: RelayedGateway;
  let trap: NastyServer;
  const ids = new Map<string, string>();
  const keys = { all: "", read: "", unsaid: "", order: "" };
  beforeAll(async () => {
    [world, trap] = [await openRelayed(open), await nastyServer()];
    for (const broker of allBrokers) {
      if (["zebu", "nuvama", "autoshares"].includes(broker)) await world.addRelayed(broker);
      else await world.addApp(broker);
      ids.set(broker, await connect(world, broker));
    }
    keys.all = await newKey(world, ["proxy"], ["read", "order", "money"]);
    keys.read = await newKey(world, ["proxy"], ["read"]);
    keys.unsaid = await newKey(world, ["proxy"]);
    keys.order = await newKey(world, ["proxy"], ["read", "order"]);
  }, 60_000);
  beforeEach(() => {
    world.passAll();
    world.relay.arrived.length = 0;
  });
  afterAll(async () => {
    await trap.close();
    await world.close();
  });

  /** Every byte of the path as it is given. */
  function call(
    broker: string,
    path: string,
    { key = keys.all, headers = [], ...rest }: RawCall & { key?: string } = {},
  ) {
    const target = `/v1/connections/${ids.get(broker)}/proxy${path}`;
    const given = [["authorization", `Bearer ${key}`] as const, ...headers];
    return rawCall(Number(new URL(world.gateway.url).port), target, { ...rest, headers: given });
  }
  const post = { method: "POST", body: "{}", headers: [["content-type", "application/json"]] } as const;
  const codeOf = ({ body }: RawAnswer): unknown => JSON.parse(body.toString()).code;

  it("calls go to the hosts of the app's environment, whatever host a path, a header or a query names", async () => {
    const { host } = new URL(trap.origin);
    for (const path of [
      `//${host}/x`,
      `/http://${host}/x`,
      `/@${host}/x`,
      `/\\${host}/x`,
      `/%2f%2f${host}/x`,
      `/x?url=http://${host}/`,
    ])
      await call("zebu", path, post);
    await call("zebu", quotes, {
      ...post,
      headers: [...post.headers, ["x-forwarded-host", host], ["forwarded", `host=${host}`]],
    });
    expect(trap.arrived).toEqual([]);
    const [arrived, ...more] = world.arrivedAt(quotes);
    expect(more).toEqual([]);
    expect(arrived?.rawHeaders).toContain(new URL(world.relay.origin).host);
    await rawCall(Number(new URL(trap.origin).port), "/control");
    expect(trap.arrived.map(({ url }) => url)).toEqual(["/control"]);
  });

  it("an app names one of the operator's environments, and no host", async () => {
    const put = (more: object) =>
      world.ask("PUT", "/v1/apps/another", {
        body: {
          broker: "zebu",
          keys: { client_id: "A", secret_key: "B" },
          return_urls: [returnUrl],
          ...more,
        },
      });
    for (const wrong of [
      { environment: trap.origin },
      { environment: new URL(trap.origin).host },
      { origins: { api: trap.origin } },
    ])
      expect((await put({ environment: "relay", ...wrong })).status).toBe(400);
    expect((await put({ environment: "relay" })).status).toBe(200);
  });

  it("a path that leaves the broker's origin or prefix is refused before anything is sent", async () => {
    for (const [broker, wrong, right] of [
      ["autoshares", "/../zebu/NorenWClientAPI/GetQuotes", "/v1.0/equities"],
      ["autoshares", "/v1.0/%2e%2e/%2e%2e/x", "/v1.0/x"],
      ["zebu", "/NorenWClientAPI/..%2f..%2fx", "/NorenWClientAPI/x"],
      ["zebu", "/NorenWClientAPI\\..\\..\\x", "/NorenWClientAPI/x"],
    ] as const) {
      const refused = await call(broker, wrong);
      expect([wrong, refused.status, codeOf(refused)]).toEqual([wrong, 400, "path_refused"]);
      expect(world.relay.arrived).toEqual([]);
      await call(broker, right);
      expect(world.relay.arrived).toHaveLength(1);
      world.relay.arrived.length = 0;
    }
  });

  it.each(allBrokers)(
    "a login, a token or a logout of %s is refused before anything is sent, whatever the key may do",
    async (broker) => {
      const before = (await ledger(world, broker)).length;
      for (const known of credentialCalls[broker]) {
        const [method = "", path = ""] = known.split(" ");
        const refused = await call(broker, path, method === "GET" ? {} : { ...post, method });
        expect([known, refused.status, codeOf(refused)]).toEqual([known, 403, "credential_call_refused"]);
      }
      expect(await ledger(world, broker)).toHaveLength(before);
      const { first_call } = (await world.ask("GET", "/v1/brokers")).json.items.find(
        ({ id }: { id: string }) => id === broker,
      );
      const { method, path, body } = first_call;
      await call(broker, path, { ...post, method, body: body ?? "", headers: body ? post.headers : [] });
      expect(await ledger(world, broker)).toHaveLength(before + 1);
    },
  );

  it("a key may read unless it is given more; an order, money and what nobody knows need it", async () => {
    const placed = "/NorenWClientAPI/PlaceOrder";
    const unknown = "/NorenWClientAPI/NobodyKnowsThis";
    const paid = "/NorenWClientAPI/FundsPayOutReq";
    const may = {
      unsaid: [quotes],
      read: [quotes],
      order: [quotes, placed, unknown],
      all: [quotes, placed, unknown, paid],
    };
    for (const [name, allowed] of Object.entries(may)) {
      for (const path of [quotes, placed, unknown, paid]) {
        const answer = await call("zebu", path, { ...post, key: keys[name as keyof typeof may] });
        const from = answer.header("kunji-answer-from");
        if (allowed.includes(path)) expect([name, path, from]).toEqual([name, path, "broker"]);
        else expect([name, path, answer.status, codeOf(answer)]).toEqual([name, path, 403, "call_refused"]);
        expect([name, path, world.relay.arrived.length]).toEqual([
          name,
          path,
          allowed.includes(path) ? 1 : 0,
        ]);
        world.relay.arrived.length = 0;
      }
    }
  });

  it("of a request's headers those on the list go on, and the credentials are the connection's", async () => {
    const plain = [
      ["accept", "application/json"],
      ["accept-language", "hi"],
      ["range", "bytes=0-9"],
    ] as const;
    const kept = [
      ["cookie", "a=b"],
      ["x-api-key", "marked"],
      ["uid", "marked"],
      ["x-forwarded-for", "1.2.3.4"],
      ["origin", "https://x.example"],
      ["referer", "https://x.example"],
    ] as const;
    await call("zebu", quotes, { ...post, headers: [...post.headers, ...plain, ...kept] });
    const [arrived] = world.relay.arrived;
    const names = arrived?.rawHeaders.filter((__, i) => i % 2 === 0).map((name) => name.toLowerCase()) ?? [];
    expect(names.sort()).toEqual([
      "accept",
      "accept-language",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "range",
    ]);
    const session = (await world.ask("GET", `/v1/connections/${ids.get("zebu")}/session`)).json.headers;
    expect(arrived?.rawHeaders).toContain(Object.values(session)[0]);
    expect(arrived?.rawHeaders.join()).not.toContain(keys.all);
  });

  it("an answer loses its cookies and a credential that the broker rotates in a header, and keeps the rest", async () => {
    world.answer(quotes, jsonAnswer(200, { stat: "Ok" }, { "set-cookie": "marked=1", etag: '"7"' }));
    const answer = await call("zebu", quotes, post);
    expect([answer.status, answer.header("set-cookie"), answer.header("etag")]).toEqual([
      200,
      undefined,
      '"7"',
    ]);

    const limits = "/edelmw-eq/eq/limits/rmssublimits/80126245";
    const rotated = { appidkey: "a-newer-key-by-the-broker", etag: '"8"' };
    world.answer(limits, jsonAnswer(200, { data: {} }, rotated));
    const newer = await call("nuvama", limits);
    expect([newer.status, newer.header("appidkey"), newer.header("etag")]).toEqual([200, undefined, '"8"']);
    expect(JSON.stringify(newer.headers)).not.toContain(rotated.appidkey);
    world.relay.arrived.length = 0;
    await expect
      .poll(async () => {
        await call("nuvama", limits);
        return world.relay.arrived.at(-1)?.rawHeaders.includes(rotated.appidkey);
      })
      .toBe(true);
  });

  it.each([301, 302, 303, 307, 308])("a redirect by %i is not followed", async (status) => {
    world.answer(quotes, jsonAnswer(status, {}, { location: `${trap.origin}/redirected` }));
    const answer = await call("zebu", quotes, post);
    expect([answer.status, codeOf(answer), answer.header("location")]).toEqual([
      502,
      "broker_refused",
      undefined,
    ]);
    expect([world.relay.arrived.length, trap.arrived.filter(({ url }) => url === "/redirected")]).toEqual([
      1,
      [],
    ]);
    world.answer(quotes, jsonAnswer(200, { stat: "Ok" }, { location: "/plain" }));
    expect((await call("zebu", quotes, post)).status).toBe(200);
  });

  it("a header tells the broker's errors from the gateway's own", async () => {
    for (const status of [400, 403, 404, 500, 502]) {
      world.answer(quotes, jsonAnswer(status, { code: "not_found" }));
      const answer = await call("zebu", quotes, post);
      expect([answer.status, answer.header("kunji-answer-from")]).toEqual([status, "broker"]);
    }
    world.answer(quotes, (request) => request.socket.destroy());
    const ours = [
      await call("zebu", quotes, post),
      await call("zebu", quotes, { ...post, key: "none" }),
      await call("zebu", "/NorenWClientAPI/Logout", post),
      await call("nobody", quotes, post),
    ];
    expect(ours.map((answer) => [answer.status, answer.header("kunji-answer-from")])).toEqual([
      [502, "gateway"],
      [401, "gateway"],
      [403, "gateway"],
      [404, "gateway"],
    ]);
  });
});
