import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../../src/gateway/index.js";
import { type GatewayServer, key, type Reply, refusal, serving } from "./support/gateway-server.js";

const found = { id: "x", name: "ü" };
const page = { items: [found], next: null };

interface Row {
  readonly call: (gateway: Gateway) => Promise<unknown>;
  readonly sends: string;
  readonly body?: unknown;
  readonly reply?: Reply;
  /** What the call yields; the answer's body by default. */
  readonly yields?: unknown;
}

const gone = { reply: { status: 204 }, yields: undefined };
const app = { broker: "zebu", return_urls: ["https://app.example/back"], keys: { clientId: "c" } } as const;
const newConnection = { app: "a", user: "u", return_url: "https://app.example/back" };
const newLink = { apps: ["a", "b"], user: "u", return_url: "https://app.example/back" };
const newKey = { name: "n", scopes: ["read"], calls: ["read", "order"] } as const;
const confirmation = { code: "c0de", user: "u" };

/** Every call of the API, by the name that it has in the client. */
const rows: Readonly<Record<string, Row>> = {
  brokers: {
    call: (g) => g.brokers(),
    sends: "GET /v1/brokers",
    reply: { body: page },
    yields: [found],
  },
  "apps.list": {
    call: (g) => g.apps.list({ limit: 2, cursor: "a b/c" }),
    sends: "GET /v1/apps?limit=2&cursor=a+b%2Fc",
    reply: { body: page },
    yields: page,
  },
  "apps.get": { call: (g) => g.apps.get("a/b ?#ü"), sends: "GET /v1/apps/a%2Fb%20%3F%23%C3%BC" },
  "apps.put": { call: (g) => g.apps.put("a", app), sends: "PUT /v1/apps/a", body: app },
  "apps.endVendorSession": {
    call: (g) => g.apps.endVendorSession("a"),
    sends: "DELETE /v1/apps/a/vendor-session",
    ...gone,
  },
  "tenants.list": {
    call: (g) => g.tenants.list(),
    sends: "GET /v1/tenants",
    reply: { body: page },
    yields: page,
  },
  "tenants.add": {
    call: (g) => g.tenants.add({ id: "t", name: "T" }),
    sends: "POST /v1/tenants",
    body: { id: "t", name: "T" },
    reply: { status: 201, body: found },
  },
  "tenants.end": { call: (g) => g.tenants.end("t"), sends: "DELETE /v1/tenants/t", ...gone },
  "keys.list": {
    call: (g) => g.keys.list({ limit: 1 }),
    sends: "GET /v1/keys?limit=1",
    reply: { body: page },
    yields: page,
  },
  "keys.add": {
    call: (g) => g.keys.add(newKey),
    sends: "POST /v1/keys",
    body: newKey,
    reply: { status: 201, body: found },
  },
  "keys.end": { call: (g) => g.keys.end("k"), sends: "DELETE /v1/keys/k", ...gone },
  "webhooks.list": {
    call: (g) => g.webhooks.list(),
    sends: "GET /v1/webhooks",
    reply: { body: page },
    yields: page,
  },
  "webhooks.add": {
    call: (g) => g.webhooks.add({ url: "https://app.example/h", types: ["connection.closed"] }),
    sends: "POST /v1/webhooks",
    body: { url: "https://app.example/h", types: ["connection.closed"] },
    reply: { status: 201, body: found },
  },
  "webhooks.get": { call: (g) => g.webhooks.get("w"), sends: "GET /v1/webhooks/w" },
  "webhooks.end": { call: (g) => g.webhooks.end("w"), sends: "DELETE /v1/webhooks/w", ...gone },
  "webhooks.change": {
    call: (g) => g.webhooks.change("w", { types: null }),
    sends: "PATCH /v1/webhooks/w",
    body: { types: null },
  },
  "webhooks.test": {
    call: (g) => g.webhooks.test("w"),
    sends: "POST /v1/webhooks/w/test",
    reply: { status: 202, body: found },
  },
  "webhooks.replay": {
    call: (g) => g.webhooks.replay("w", { from: 40, to: 44 }),
    sends: "POST /v1/webhooks/w/replay",
    body: { from: 40, to: 44 },
  },
  "webhooks.resume": { call: (g) => g.webhooks.resume("w"), sends: "POST /v1/webhooks/w/resume" },
  "webhooks.deliveries": {
    call: (g) => g.webhooks.deliveries("w", { after: 7, limit: 3 }),
    sends: "GET /v1/webhooks/w/deliveries?after=7&limit=3",
    reply: { body: page },
    yields: page,
  },
  "connectLinks.create": {
    call: (g) => g.connectLinks.create(newLink),
    sends: "POST /v1/connect-links",
    body: newLink,
    reply: { status: 201, body: found },
  },
  "connections.list": {
    call: (g) =>
      g.connections.list({
        app: "a",
        user: "u&v",
        broker: "zebu",
        status: "active",
        ends_before: new Date(Date.UTC(2026, 10, 23, 3, 45)),
      }),
    sends:
      "GET /v1/connections?app=a&user=u%26v&broker=zebu&status=active&ends_before=2026-11-23T03%3A45%3A00.000Z",
    reply: { body: page },
    yields: page,
  },
  "connections.create": {
    call: (g) => g.connections.create(newConnection),
    sends: "POST /v1/connections",
    body: newConnection,
    reply: { status: 201, body: found },
  },
  "connections.reconnect": {
    call: (g) => g.connections.reconnect("c", { return_url: "https://app.example/b" }),
    sends: "POST /v1/connections",
    body: { connection: "c", return_url: "https://app.example/b" },
    reply: { status: 201, body: found },
  },
  "connections.get": { call: (g) => g.connections.get("c"), sends: "GET /v1/connections/c" },
  "connections.change": {
    call: (g) => g.connections.change("c", { egress: null }),
    sends: "PATCH /v1/connections/c",
    body: { egress: null },
  },
  "connections.close": {
    call: (g) => g.connections.close("c"),
    sends: "DELETE /v1/connections/c",
    ...gone,
  },
  "connections.confirm": {
    call: (g) => g.connections.confirm("c", confirmation),
    sends: "POST /v1/connections/c/confirm",
    body: confirmation,
  },
  "connections.session": {
    call: (g) => g.connections.session("c", { min: 300 }),
    sends: "GET /v1/connections/c/session?min=300",
  },
  "connections.fetch": {
    call: async (g) => (await g.connections.fetch("c", "/quotes?of=A+B%20C")).json(),
    sends: "GET /v1/connections/c/proxy/quotes?of=A+B%20C",
    reply: { body: found, headers: { "kunji-answer-from": "broker" } },
  },
  readiness: {
    call: (g) => g.readiness({ at: "2026-11-23T09:15:00+05:30" }),
    sends: "GET /v1/readiness?at=2026-11-23T09%3A15%3A00%2B05%3A30",
    reply: { body: { ...page, markets: {} } },
    yields: { ...page, markets: {} },
  },
  "events.list": {
    call: (g) => g.events.list({ after: "12" }),
    sends: "GET /v1/events?after=12",
    reply: { body: page },
    yields: page,
  },
  "audit.list": {
    call: (g) => g.audit.list({ limit: 9 }),
    sends: "GET /v1/audit?limit=9",
    reply: { body: page },
    yields: page,
  },
  "audit.verify": {
    call: (g) => g.audit.verify({ anchor: { sequence: 4711, hash: "9f3c" } }),
    sends: "GET /v1/audit/verify?anchor=4711%3A9f3c",
  },
  "vault.get": { call: (g) => g.vault.get(), sends: "GET /v1/vault" },
  "vault.rotate": {
    call: (g) => g.vault.rotate({ key: "k2" }),
    sends: "POST /v1/vault/rotation",
    body: { key: "k2" },
  },
  "vault.rotation": { call: (g) => g.vault.rotation(), sends: "GET /v1/vault/rotation" },
};

const problem = { code: "not_found", detail: "There is nothing under this address.", request_id: "req_1" };

describe("the gateway's client", () => {
  let server: GatewayServer;
  let reply: Reply = {};
  beforeAll(async () => {
    server = await serving(() => reply);
  });
  afterAll(() => server.close());

  it.each(Object.entries(rows))("speaks %s, and throws what the gateway refuses", async (_name, row) => {
    const ok = { body: found, ...row.reply };
    reply = ok;
    expect(await row.call(server.client())).toEqual("yields" in row ? row.yields : found);
    const sent = server.received.at(-1);
    expect(`${sent?.method} ${sent?.path}`).toBe(row.sends);
    expect(sent?.headers.authorization).toBe(`Bearer ${key}`);
    expect(sent?.body).toBe(row.body === undefined ? "" : JSON.stringify(row.body));
    expect(sent?.headers["content-type"]).toBe(row.body === undefined ? undefined : "application/json");
    expect(sent?.headers).not.toHaveProperty("idempotency-key");

    reply = { status: 404, body: problem, headers: { "kunji-answer-from": "gateway" } };
    expect(await refusal(row.call(server.client()))).toMatchObject({
      name: "GatewayError",
      status: 404,
      code: "not_found",
      detail: "There is nothing under this address.",
      requestId: "req_1",
    });
  });

  it("has no call that is not tried above", () => {
    const client = server.client();
    const names = Object.entries(client).flatMap(([name, value]) =>
      typeof value === "function" ? [name] : Object.keys(value).map((inner) => `${name}.${inner}`),
    );
    const listed = names.filter((name) => !/(?:^|\.)each/.test(name));
    expect(listed.sort()).toEqual(Object.keys(rows).sort());
  });

  it.each([
    "tenants.add",
    "keys.add",
    "webhooks.add",
    "connections.create",
    "connections.reconnect",
    "connections.confirm",
    "webhooks.test",
    "webhooks.replay",
    "webhooks.resume",
    "vault.rotate",
  ])("sends the caller's idempotency key with %s", async (name) => {
    reply = { status: 201, body: found };
    const options = { idempotencyKey: "once-1" };
    const { tenants, keys, webhooks, connections, vault } = server.client();
    const posts: Readonly<Record<string, () => Promise<unknown>>> = {
      "tenants.add": () => tenants.add({ name: "T" }, options),
      "keys.add": () => keys.add(newKey, options),
      "webhooks.add": () => webhooks.add({ url: "https://app.example" }, options),
      "connections.create": () => connections.create(newConnection, options),
      "connections.reconnect": () => connections.reconnect("c", {}, options),
      "connections.confirm": () => connections.confirm("c", confirmation, options),
      "webhooks.test": () => webhooks.test("w", options),
      "webhooks.replay": () => webhooks.replay("w", { sequence: 42 }, options),
      "webhooks.resume": () => webhooks.resume("w", options),
      "vault.rotate": () => vault.rotate({}, options),
    };
    await posts[name]?.();
    expect(server.received.at(-1)?.headers["idempotency-key"]).toBe("once-1");
  });
});
