import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const whole =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };

/** What may come of an order, so that somebody might be tempted to send it again. */
const outcomes: Readonly<Record<string, Answer>> = {
  "an answer": whole(200, '{"stat":"Ok"}'),
  "a refusal": whole(400, '{"stat":"Not_Ok"}'),
  "session expired": whole(200, '{"stat":"Not_Ok","emsg":"Session Expired : Invalid Session Key"}'),
  "a 401": whole(401, "{}"),
  "a 429": whole(429, "{}", { "retry-after": "0" }),
  "a 500": whole(500, ""),
  "a 502": whole(502, "<html>"),
  "a 503 that asks to try again": whole(503, "", { "retry-after": "0" }),
  "a 408": whole(408, "", { connection: "close" }),
  "a 421": whole(421, ""),
  "a 425": whole(425, ""),
  "a redirect": whole(307, "", { location: "/NorenWClientAPI/PlaceOrder" }),
  "a reset before the answer": (request) => request.socket.resetAndDestroy(),
  "a close before the answer": (request) => request.socket.end(),
  "half a head": (request) => request.socket.end("HTTP/1.1 200 O"),
  "half a body": (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("x", () => response.destroy());
  },
  "no HTTP": (request) => request.socket.end("hello\r\n\r\n"),
  silence: () => undefined,
};

const [[, onFile]] = databases;

describe("an order", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["zebu"], limits: { callMs: 1_500 } });
  }, 60_000);
  beforeEach(() => {
    world.nasty.arrived.length = 0;
  });
  afterAll(() => world.close(), 60_000);

  it.each(Object.entries(outcomes))("goes out once, and no more, after %s", async (name, answer) => {
    // Each on a session of its own, and over a connection that was used before.
    await world.moveTo("zebu", "sandbox");
    const id = name.replaceAll(" ", "-");
    await world.connect("zebu", id);
    await world.moveTo("zebu", "nasty");
    world.nasty.answer(whole(200, "{}"));
    await world.call(id, "/NorenWClientAPI/PlaceOrder", { method: "POST", body: '{"first":1}' });
    world.nasty.arrived.length = 0;
    world.nasty.answer(answer);
    const { status } = await world.call(id, "/NorenWClientAPI/PlaceOrder", {
      method: "POST",
      body: '{"n":2}',
    });
    expect(status).toBeGreaterThan(0);
    const orders = world.nasty.arrived.filter(({ url }) => url.endsWith("/PlaceOrder"));
    expect(orders.map(({ body }) => body.toString())).toEqual(['{"n":2}']);
  });
});

describe.each(databases)("a session that the broker ends, on %s", (_, open) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await open(), { brokers: ["zebu", "nuvama", "rmoney"] });
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  const statusOf = async (id: string) => (await world.store.connections.get(tenant, id))?.status;
  const quotes = "/NorenWClientAPI/GetQuotes";

  it("is renewed where the broker can, and the read is then sent once more", async () => {
    await world.connect("zebu");
    await world.firstCall("zebu");
    const [reads, renewals] = [
      await world.received("zebu", quotes),
      await world.received("zebu", "/RefreshToken"),
    ];
    world.nasty.answer(whole(200, "{}"));
    // The broker refuses the token, yet renews the session.
    let refused = 0;
    world.nasty.answer((request, response) => {
      const renewal = request.url?.endsWith("/RefreshToken");
      const expired = '{"stat":"Not_Ok","emsg":"Session Expired : Invalid Session Key"}';
      const token = '{"stat":"Ok","access_token":"the-newer-access-token","expires_in":"86400"}';
      if (!renewal && refused++ === 0) return whole(200, expired)(request, response);
      return whole(200, renewal ? token : '{"stat":"Ok"}')(request, response);
    });
    await world.moveTo("zebu", "nasty");
    const answer = await world.firstCall("zebu");
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"stat":"Ok"}']);
    const calls = world.nasty.arrived.map(({ url, rawHeaders }) => [
      url.split("/").at(-1),
      rawHeaders.includes("Bearer the-newer-access-token"),
    ]);
    expect(calls).toEqual([
      ["GetQuotes", false],
      ["RefreshToken", false],
      ["GetQuotes", true],
    ]);
    expect(world.nasty.arrived[0]?.body).toEqual(world.nasty.arrived[2]?.body);
    expect(await statusOf("zebu")).toBe("active");
    expect([await world.received("zebu", quotes), await world.received("zebu", "/RefreshToken")]).toEqual([
      reads,
      renewals,
    ]);
  });

  it("is not renewed over and over where the broker refuses the newer one as well", async () => {
    world.nasty.arrived.length = 0;
    world.nasty.answer((request, response) => {
      const renewal = request.url?.endsWith("/RefreshToken");
      const token = '{"stat":"Ok","access_token":"the-newest-access-token","expires_in":"86400"}';
      whole(200, renewal ? token : '{"stat":"Not_Ok","emsg":"Session Expired"}')(request, response);
    });
    const answer = await world.firstCall("zebu");
    expect([answer.status, answer.header("kunji-answer-from")]).toEqual([200, "broker"]);
    expect(world.nasty.arrived.map(({ url }) => url.split("/").at(-1))).toEqual([
      "GetQuotes",
      "RefreshToken",
      "GetQuotes",
    ]);
  });

  it("makes the connection ask for a login where nothing renews it, and the broker's word is passed on", async () => {
    await world.connect("rmoney");
    expect((await world.firstCall("rmoney")).status).toBe(200);
    await world.steer("rmoney/sessions/end");
    const before = (await world.ledger("rmoney")).length;
    const answer = await world.firstCall("rmoney");
    expect([answer.status, answer.header("kunji-answer-from")]).toEqual([401, "broker"]);
    expect((await world.ledger("rmoney")).length).toBe(before + 1);
    expect(await statusOf("rmoney")).toBe("login_needed");
    const [event] = (await world.store.events.list(tenant, 0, 100)).filter(
      ({ connection }) => connection === "rmoney",
    );
    expect(event).toMatchObject({ type: "connection.login_needed" });
    const next = await world.firstCall("rmoney");
    expect([next.status, JSON.parse(next.body.toString()).code]).toEqual([409, "login_needed"]);
    expect((await world.ledger("rmoney")).length).toBe(before + 1);
  });

  it("of a vendor is made anew for all, and the read is then sent once more", async () => {
    await world.connect("nuvama");
    expect((await world.firstCall("nuvama")).status).toBe(200);
    await world.steer("nuvama/sessions/end", { vendor: true });
    const [logins, events] = [
      await world.received("nuvama", "/KUNJIGW"),
      (await world.ledger("nuvama")).length,
    ];
    const answer = await world.firstCall("nuvama");
    expect([answer.status, answer.header("kunji-answer-from")]).toEqual([200, "broker"]);
    expect(await world.received("nuvama", "/KUNJIGW")).toBe(logins + 1);
    expect((await world.ledger("nuvama")).length).toBeGreaterThan(events + 2);
    expect(await statusOf("nuvama")).toBe("active");
  });

  it("changes the status after an order too, which goes out once though the session was renewed", async () => {
    await world.steer("nuvama/sessions/end", { vendor: true });
    const order = "/edelmw-eq/eq/trade/placetrade/v1/80126245";
    const sent = async () =>
      (await world.ledger("nuvama")).filter(({ path }) => path.includes("placetrade")).length;
    const answer = await world.call("nuvama", order, {
      method: "POST",
      headers: [["content-type", "application/json"]],
      body: "{}",
    });
    expect([answer.status, answer.header("kunji-answer-from")]).toEqual([401, "broker"]);
    expect(await sent()).toBe(1);
    expect((await world.firstCall("nuvama")).status).toBe(200);
    expect(await sent()).toBe(1);
  });

  it("keeps the newer values that an answer hands out, and calls with them from then on", async () => {
    world.advance(3_700_000);
    const generation = (await world.store.connections.get(tenant, "nuvama"))?.generation ?? 0;
    const answer = await world.firstCall("nuvama");
    expect(answer.status).toBe(200);
    expect(answer.header("appidkey")).toBeUndefined();
    const now = async () => (await world.store.connections.get(tenant, "nuvama"))?.generation;
    await expect.poll(now).toBe(generation + 1);
    const { session } = await world.cache.get(tenant, "nuvama");
    expect(session.secrets.appIdKey?.reveal()).toMatch(/\.1$/);
    await world.firstCall("nuvama");
    expect(await now()).toBe(generation + 1);
  });
});
