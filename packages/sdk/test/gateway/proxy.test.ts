import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayServer, key, type Reply, refusal, serving } from "./support/gateway-server.js";

const fromBroker = { "kunji-answer-from": "broker" };

describe("a call to the broker through the gateway's client", () => {
  let server: GatewayServer;
  let reply: Reply = {};
  beforeAll(async () => {
    server = await serving(() => reply);
  });
  afterAll(() => server.close());

  it("goes with its method, headers and body, and the API key over the caller's own", async () => {
    reply = { body: "{}", headers: fromBroker };
    const headers = { "X-Own": "1", Authorization: "Bearer mine", "content-type": "text/plain" };
    await server.client().connections.fetch("c", "/order", { method: "POST", headers, body: "jData={}" });
    expect(server.received.at(-1)).toMatchObject({
      method: "POST",
      path: "/v1/connections/c/proxy/order",
      headers: { "x-own": "1", authorization: `Bearer ${key}`, "content-type": "text/plain" },
      body: "jData={}",
    });
  });

  it("streams a body", async () => {
    reply = { body: "{}", headers: fromBroker };
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of ["one ", "two"]) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    await server.client().connections.fetch("c", "/upload", { method: "POST", body });
    expect(server.received.at(-1)?.body).toBe("one two");
  });

  it.each([200, 304, 400, 401, 500])("gives back what the broker answers with status %i", async (status) => {
    reply = {
      status,
      headers: { ...fromBroker, "x-of-broker": "1" },
      ...(status !== 304 && { body: "said" }),
    };
    const answer = await server.client().connections.fetch("c", "/quotes");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-of-broker")).toBe("1");
    expect(await answer.text()).toBe(status === 304 ? "" : "said");
  });

  it("throws what the gateway itself answers, and what stands in front of it", async () => {
    const body = { code: "login_needed", detail: "The user must log in again.", request_id: "req_9" };
    reply = { status: 409, body, headers: { "kunji-answer-from": "gateway" } };
    const call = () => server.client().connections.fetch("c", "/quotes");
    expect(await refusal(call())).toMatchObject({ code: "login_needed", status: 409, requestId: "req_9" });
    reply = { status: 200, body: "<h1>Welcome</h1>" };
    expect(await refusal(call())).toMatchObject({ code: "answer_unreadable", status: 200 });
    reply = { status: 200, body: "<h1>Welcome</h1>", headers: fromBroker };
    expect((await call()).status).toBe(200);
  });

  it.each([
    "/../session",
    "/a/../../session",
    "/%2e%2e/session",
    "/.%2E/session",
    "/..\\session",
    "quotes",
    "//..//../session",
    "/a/./b",
    "/a/..?x",
    "",
    "/a#b",
    "/a\nb",
    "/..",
  ])("is not sent where its path is %j", async (path) => {
    reply = { body: "{}", headers: fromBroker };
    const before = server.received.length;
    const { connections } = server.client();
    expect(await refusal(connections.fetch("c", path))).toMatchObject({
      code: "input_invalid",
      field: "path",
    });
    expect(server.received).toHaveLength(before);
    await connections.fetch("c", "/a/.../session?of=/../x");
    expect(server.received).toHaveLength(before + 1);
  });
});
