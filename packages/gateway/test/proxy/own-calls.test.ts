import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createUpstream } from "../../src/adapters/upstream/undici-upstream.js";
import { createProxyAnswers } from "../../src/flows/proxy-answers.js";
import { createOwnCalls, type OwnCalls } from "../../src/http/proxy/own-calls.js";
import { proxyRoutes } from "../../src/http/proxy/proxy-route.js";
import type { ApiKey, CallKind } from "../../src/ports/api-keys.js";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

let world: ProxyWorld;
let calls: OwnCalls;
let close: () => Promise<void>;
const monotonicMs = () => performance.now();
beforeAll(async () => {
  const [[, onFile]] = databases;
  world = await newProxyWorld(await onFile(), { brokers: ["zebu"], ordersPerSecond: 2 });
  const { ports, cache, egress } = world;
  const upstream = createUpstream({ byProxy: egress.dispatcherOf });
  const answers = createProxyAnswers(ports, cache, () => undefined);
  const limits = { callMs: 1_000 };
  calls = createOwnCalls(proxyRoutes({ ports, cache, answers, upstream, limits, monotonicMs }), monotonicMs);
  await world.connect("zebu");
  await world.moveTo("zebu", "nasty");
  close = () => upstream.close();
}, 60_000);
beforeEach(() => {
  world.nasty.arrived.length = 0;
  world.nasty.answer(whole(200, '{"stat":"Ok"}'));
});
afterAll(async () => {
  await close();
  await world.close();
});

const whole =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };
const quotes = "/NorenWClientAPI/GetQuotes";
const order = "/NorenWClientAPI/PlaceOrder";
const caller = (...may: readonly CallKind[]): ApiKey => ({
  tenant,
  id: "opr_1",
  name: "asha",
  scopes: ["proxy"],
  calls: may,
  createdAt: 0,
  endedAt: null,
});
const send = (
  path: string,
  { by = caller("read"), method = "POST", body = "{}" as string | undefined } = {},
) => calls({ caller: by, requestId: "req_1" }, { connection: "zebu", method, path, body });
const told = ({ body }: { readonly body: Buffer }) => JSON.parse(body.toString("utf8"));
const arrived = () => world.nasty.arrived.map(({ method, url }) => `${method} ${url}`);

it("goes to the broker as a call with an API key does: with the session's credentials, and what was typed alone", async () => {
  const answer = await send(quotes, { body: '{"token":"2885"}' });
  expect(answer).toMatchObject({ status: 200, from: "broker", contentType: "application/json" });
  expect(answer.body.toString()).toBe('{"stat":"Ok"}');
  const [one] = world.nasty.arrived;
  expect(one?.body.toString()).toBe('{"token":"2885"}');
  const names = (one?.rawHeaders ?? []).filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  expect([...names].sort()).toEqual([
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
  ]);
});

it("sends nothing that the caller may not, and nothing to a login however it is allowed", async () => {
  const refused = await send(order);
  expect([refused.status, refused.from, told(refused).code]).toEqual([403, "gateway", "call_refused"]);
  const credential = await send("/NorenWClientAPI/Logout", { by: caller("read", "order", "money") });
  expect(told(credential).code).toBe("credential_call_refused");
  expect(arrived()).toEqual([]);
  expect((await send(order, { by: caller("read", "order") })).status).toBe(200);
  expect(arrived()).toEqual([`POST ${order}`]);
});

it.each([
  "/NorenWClientAPI/../NorenWClientAPI/GetQuotes",
  "/NorenWClientAPI/%2e%2e/NorenWClientAPI/GetQuotes",
  "/../../../keys",
  "\\NorenWClientAPI\\GetQuotes",
  "NorenWClientAPI/GetQuotes",
  "//evil.example/NorenWClientAPI/GetQuotes",
  "https://evil.example/",
  "/NorenWClientAPI/GetQuotes#x",
  "/NorenWClientAPI/Get Quotes",
  "/NorenWClientAPI/Get\tQuotes",
  "",
])("sends nothing for the path %j, which somebody else would read as another", async (path) => {
  const code = await send(path, { by: caller("read", "order", "money") }).then(
    (answer) => told(answer).code,
    (error) => error.code,
  );
  expect(code).toBe("path_refused");
  expect(arrived()).toEqual([]);
});

const said = (path: string) =>
  send(path).then(
    (answer) => String(answer.status),
    (error) => String(error.message),
  );

it.each([
  "/../NorenWClientAPI/GetQuotes",
  "/NorenWClientAPI/./GetQuotes",
  "/NorenWClientAPI/%2e%2E/GetQuotes",
  "/NorenWClientAPI/.%2e",
  "/NorenWClientAPI/..?a=1",
])("names the dots in %j, for which it is refused", async (path) => {
  expect(await said(path)).toContain("`.` or `..`");
  expect(arrived()).toEqual([]);
});

it("names blanks and brackets where a path is refused for them, and sends dots that lead nowhere", async () => {
  for (const path of ["/a b", "/a?b=/../ c", "NorenWClientAPI/GetQuotes"])
    expect(await said(path)).toContain("blanks, brackets");
  expect(await said(`${quotes}?a=../..`)).toBe("200");
  expect(arrived()).toEqual([`POST ${quotes}?a=../..`]);
});

it("keeps a query to the letter", async () => {
  await send(`${quotes}?a=%2F..%2F&b=1`);
  expect(arrived()).toEqual([`POST ${quotes}?a=%2F..%2F&b=1`]);
});

it("counts orders in the connection's budget, with those of API keys", async () => {
  while ((await send(order, { by: caller("order") })).status === 200);
  world.nasty.arrived.length = 0;
  expect((await world.call("zebu", order, { method: "POST", body: "{}" })).status).toBe(429);
  const spent = await send(order, { by: caller("order") });
  expect([told(spent).code, arrived()]).toEqual(["order_budget_spent", []]);
});

it("passes on no redirect, nothing that is packed, and no answer that repeats a credential", async () => {
  world.nasty.answer(whole(302, "", { location: "https://evil.example/" }));
  expect(told(await send(quotes)).code).toBe("broker_refused");
  world.nasty.answer((request, response) => whole(200, JSON.stringify(request.headers))(request, response));
  expect(told(await send(quotes)).code).toBe("answer_withheld");
});

it("passes a large answer on whole, and says of one that breaks off that it has", async () => {
  const long = JSON.stringify({ rows: Array.from({ length: 40_000 }, (_, i) => i) });
  world.nasty.answer(whole(200, long));
  expect((await send(quotes)).body.toString()).toBe(long);
  world.nasty.answer((_, response) => {
    response.writeHead(200, { "content-type": "text/plain", "content-length": "9000" });
    response.write("x".repeat(5_000), () => setTimeout(() => response.destroy(), 50));
  });
  await expect(send(quotes)).rejects.toMatchObject({ code: "broker_unavailable" });
});

it("says of a broker that keeps silent that the broker is slow, not the person", async () => {
  world.nasty.answer(() => undefined);
  expect(told(await send(quotes)).code).toBe("broker_timed_out");
});

it("answers for one's own tenant alone", async () => {
  const answer = await send(quotes, { by: { ...caller("read"), tenant: "other" } });
  expect([told(answer).code, arrived()]).toEqual(["not_found", []]);
});
