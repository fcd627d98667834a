import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { type GatewayOptions, gateway } from "../../src/gateway/index.js";
import { Secret } from "../../src/index.js";
import { type GatewayServer, key, type Reply, refusal, serving } from "./support/gateway-server.js";

/** Everything of an error that a log might print. */
const printed = (error: unknown): string =>
  [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error)].join("\n");

const problem = {
  type: "urn:kunji:problem:busy",
  title: "Busy.",
  status: 503,
  detail: "Another gateway is at work on this connection: try again soon.",
  code: "busy",
  request_id: "req_7",
};

let server: GatewayServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const answering = async (reply: Reply): Promise<GatewayServer> => {
  server = await serving(() => reply);
  return server;
};

describe("what the gateway refuses", () => {
  it("is told with its code, what to do, the field, the broker's words, and when to come again", async () => {
    const body = { ...problem, field: "user", broker: "zebu", broker_detail: "No data" };
    const { client } = await answering({ status: 503, body, headers: { "retry-after": "7" } });
    const error = await refusal(client().apps.list());
    expect(error).toMatchObject({
      code: "busy",
      status: 503,
      detail: problem.detail,
      requestId: "req_7",
      retryAfterS: 7,
      field: "user",
      broker: "zebu",
      brokerDetail: "No data",
      message: `busy: ${problem.detail} (user)`,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it.each([
    ["a page of another server", "<h1>Bad gateway</h1>"],
    ["JSON of another shape", '{"error":"x"}'],
    ["a code that is none", JSON.stringify({ ...problem, code: "Not A Code", request_id: undefined })],
    ["nothing", ""],
  ])("is not taken from %s", async (_title, body) => {
    const { client } = await answering({ status: 502, body, headers: { "x-request-id": "req_8" } });
    expect(await refusal(client().apps.list())).toMatchObject({
      code: "answer_unreadable",
      status: 502,
      requestId: "req_8",
    });
  });

  it("does not show the API key though the answer repeats it", async () => {
    const body = { ...problem, detail: `No ${key}.`, field: key, request_id: key, broker_detail: `${key}!` };
    const { client } = await answering({ status: 503, body });
    const error = await refusal(client().apps.list());
    expect(printed(error)).not.toContain(key);
    expect(error).toMatchObject({ detail: "No [secret]." });
  });
});

describe("an answer that can't be the gateway's", () => {
  it.each([
    ["a redirect", { status: 302, headers: { location: "https://elsewhere.example" } }, "redirect_refused"],
    ["a page where JSON is expected", { body: "<h1>Hi</h1>" }, "answer_unreadable"],
    ["a list where an object is expected", { body: "[]" }, "answer_unreadable"],
  ] as const)("is refused: %s", async (_title, reply, code) => {
    const { client } = await answering(reply);
    expect(await refusal(client().apps.get("a"))).toMatchObject({ code });
  });

  it("is refused where it is too large, and read where it is not", async () => {
    const most = 10 * 1_048_576 - '{"id":""}'.length;
    const { client, close } = await answering({ body: { id: "x".repeat(most) } });
    expect((await client().apps.get("a")).id).toHaveLength(most);
    await close();
    const larger = await answering({ body: { id: "x".repeat(most + 1) } });
    expect(await refusal(larger.client().apps.get("a"))).toMatchObject({ code: "answer_too_large" });
  });

  it("is refused where something is answered to a deletion", async () => {
    const { client, close } = await answering({ status: 200, body: {} });
    expect(await refusal(client().keys.end("k"))).toMatchObject({ code: "answer_unreadable" });
    await close();
    const { client: right } = await answering({ status: 204 });
    expect(await right().keys.end("k")).toBeUndefined();
  });
});

describe("no answer", () => {
  it("is told without the runtime's words", async () => {
    const { client, close, url } = await answering({ body: {} });
    expect(await client().apps.get("a")).toEqual({});
    await close();
    const error = await refusal(client().apps.get("planted-id"));
    expect(error).toMatchObject({ code: "network_failed", status: undefined });
    expect(error.cause).toBeUndefined();
    expect(printed(error)).not.toMatch(new RegExp(`ECONN|planted-id|${key}|${new URL(url).port}`));
  });

  it("is told from a call that took too long, and from one that the caller cancelled", async () => {
    server = await serving(
      () => ({}),
      () => undefined,
    );
    const { client } = server;
    expect(await refusal(client({ timeoutMs: 20 }).apps.get("a"))).toMatchObject({ code: "timed_out" });
    const signal = AbortSignal.abort(new Error(key));
    const cancelled = await refusal(client().apps.get("a", { signal }));
    expect(cancelled).toMatchObject({ code: "aborted" });
    expect(printed(cancelled)).not.toContain(key);
    const controller = new AbortController();
    const call = client().connections.fetch("c", "/x", { signal: controller.signal });
    controller.abort();
    expect(await refusal(call)).toMatchObject({ code: "aborted" });
  });

  it("is waited for no longer than the limit, though the given fetch heeds no signal", async () => {
    const { client } = await answering({ body: {} });
    const never = () => new Promise<Response>(() => undefined);
    expect(await refusal(client({ fetch: never, timeoutMs: 20 }).apps.get("a"))).toMatchObject({
      code: "timed_out",
    });
    const given = client({ fetch: (url, init) => fetch(url, init), timeoutMs: 5_000 });
    expect(await given.apps.get("a")).toEqual({});
  });
});

describe("what can't be sent", () => {
  const options = (change: Partial<GatewayOptions>): GatewayOptions => ({
    url: "https://kunji.example",
    key,
    ...change,
  });

  it.each([
    ["no URL", { url: "kunji.example" }, "url"],
    ["a user in the URL", { url: "https://pl4nted:s3cret@kunji.example" }, "url"],
    ["a query in the URL", { url: "https://kunji.example/?pl4nted" }, "url"],
    ["plain http to another machine", { url: "http://kunji.example" }, "url"],
    ["another scheme", { url: "ftp://kunji.example" }, "url"],
    ["no key", { key: "" }, "key"],
    ["a key with a line break", { key: "pl4nted\nx" }, "key"],
    ["no time", { timeoutMs: 0 }, "timeoutMs"],
  ])("is refused before: %s", (_title, change, field) => {
    let error: unknown;
    try {
      gateway(options(change));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "input_invalid", field });
    expect(printed(error)).not.toMatch(/pl4nted|s3cret/);
  });

  it("takes plain http on this machine, or where it is allowed, and a key that is a secret", () => {
    const fine = [
      { url: "http://localhost:4700" },
      { url: "http://[::1]:4700/" },
      { url: "http://kunji.internal", plainHttp: true },
      { key: new Secret(key) },
    ];
    for (const change of fine) expect(gateway(options(change))).toHaveProperty("apps");
  });

  it("keeps a prefix of the address, and takes a key that is a secret", async () => {
    const { url, received, client } = await answering({ body: {} });
    await client({ url: `${url}/kunji/`, key: new Secret("wrapped") }).apps.get("a");
    expect(received[0]).toMatchObject({
      path: "/kunji/v1/apps/a",
      headers: { authorization: "Bearer wrapped" },
    });
  });

  it.each(["", ".", "..", "\ud800", 7 as unknown as string])("refuses the id %j", async (id) => {
    const { client, received } = await answering({ body: {}, headers: { "kunji-answer-from": "broker" } });
    const { apps, keys, webhooks, connections } = client();
    const walk = async () => {
      for await (const one of webhooks.eachDelivery(id)) return one;
    };
    for (const call of [apps.get(id), keys.end(id), walk(), connections.fetch(id, "/x")])
      expect(await refusal(call)).toMatchObject({ code: "input_invalid", field: "id" });
    expect(received).toEqual([]);
    expect(await apps.get("...")).toEqual({});
  });

  it.each([
    ["a date that is none", "ends_before", (g) => g.connections.list({ ends_before: new Date(Number.NaN) })],
    [
      "a key that can't stand in a header",
      "idempotencyKey",
      (g) => g.keys.add({ name: "n", scopes: [] }, { idempotencyKey: "pl4nted\n" }),
    ],
    [
      "a header with a line break",
      "headers",
      (g) => g.connections.fetch("c", "/x", { headers: { a: "pl4nted\n\nb" } }),
    ],
    ["a body that is no JSON", "body", (g) => g.apps.put("a", { environment: 1n } as never)],
  ] as const satisfies readonly (readonly [
    string,
    string,
    (client: ReturnType<typeof gateway>) => Promise<unknown>,
  ])[])("is refused before: %s", async (_title, field, call) => {
    const { client, received } = await answering({ body: {} });
    const error = await refusal(call(client()));
    expect(error).toMatchObject({ code: "input_invalid", field });
    expect(printed(error)).not.toContain("pl4nted");
    expect(received).toEqual([]);
  });

  it("shows no key in the client itself", () => {
    expect(printed(gateway(options({})))).not.toContain(key);
  });
});
