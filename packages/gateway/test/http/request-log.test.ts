import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

const lines: string[] = [];
const warned: unknown[] = [];
const faulty = () => Promise.reject(new RangeError("marked-by-a-fault"));
let world: ApiWorld;
let key: string;
beforeAll(async () => {
  const log = createLog({ level: "info", stream: { write: (line) => void lines.push(line) } });
  world = await newApiWorld(await databases[0][1](), {
    log,
    ports: (ports) => ({
      ...ports,
      signals: { ...ports.signals, warn: (what, facts) => void warned.push([what, facts]) },
      store: {
        ...ports.store,
        connections: {
          ...ports.store.connections,
          get: (tenant, id) => (id === "faulty" ? faulty() : ports.store.connections.get(tenant, id)),
        },
        idempotency: { ...ports.store.idempotency, finish: faulty },
      },
      brokers: {
        ...ports.brokers,
        environments(broker) {
          if (broker === "rmoney") throw new Error("marked-by-a-fault");
          return ports.brokers.environments(broker);
        },
      },
    }),
  });
  key = await withTenant(world, "acme");
});
afterAll(() => world.close());

const last = () => JSON.parse(lines.at(-1) ?? "{}");

describe("the log", () => {
  it("has a line for each request: its pattern, status, request id, tenant and key, and nothing else", async () => {
    const { body } = await world.call("GET", "/v1/keys", { key });
    const answer = await world.call("GET", "/v1/apps/marked-id?x=marked-query", { key });
    expect(last()).toEqual({
      level: 30,
      time: expect.any(String),
      request: answer.headers.get("x-request-id"),
      method: "GET",
      route: "/v1/apps/:id",
      status: answer.status,
      ms: expect.any(Number),
      tenant: "acme",
      key: body.items[0].id,
      msg: "answered",
    });
  });

  it("holds nothing that a caller wrote, wherever they wrote it", async () => {
    const before = lines.length;
    const bearer = "marked-key-".repeat(4);
    await world.call("GET", "/v1/apps", { key: bearer });
    await world.call("GET", "/marked-path/%zz?marked=query", { key });
    await world.call("GET", "/connect/marked-token");
    await world.call("GET", "/callback/zebu/marked-handle?code=marked-code");
    await world.call("POST", "/v1/keys", { key, body: '{"marked":' });
    await world.call("POST", "/v1/keys", { key, body: { marked: 1 }, headers: { cookie: "marked=1" } });
    await world.call("PUT", "/v1/apps/zebu", {
      key,
      body: { broker: "zebu", keys: { marked: "marked" }, return_urls: [returnUrl] },
      headers: { "x-request-id": "marked", "user-agent": "marked" },
    });
    const written = lines.slice(before);
    expect(written.length).toBeGreaterThanOrEqual(7);
    expect(written.join("")).not.toContain("marked");
    expect(written.join("")).not.toContain(key);
  });

  it("has a line for a fault, with where it was thrown and without its words; so has the answer none", async () => {
    const answer = await world.call("GET", "/v1/brokers", { key });
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    const fault = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === "failed");
    expect(fault).toMatchObject({ request: answer.body.request_id, route: "/v1/brokers", name: "Error" });
    expect(fault.at[0]).toContain("environments");
    expect(lines.join("")).not.toContain("marked-by-a-fault");
    expect(answer.text).not.toContain("marked-by-a-fault");
  });

  it("has the same for a fault of a forwarded call", async () => {
    const path = "/v1/connections/faulty/proxy/any";
    const answer = await world.call("GET", path, { key });
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    const request = answer.body.request_id;
    const fault = lines.map((line) => JSON.parse(line)).find((line) => line.request === request);
    expect(fault).toMatchObject({ msg: "failed", route: "/v1/connections/:id/proxy/*", name: "RangeError" });
    expect(fault.at[0]).toContain("faulty");
    expect(warned).toContainEqual(["proxy_failed", { request, code: "RangeError" }]);
    expect(lines.join("")).not.toContain("marked-by-a-fault");
    const { body } = await world.call("GET", path.replace("faulty", "none"), { key });
    expect(lines.some((line) => line.includes(body.request_id) && line.includes('"failed"'))).toBe(false);
  });

  it("is warned of an answer that can't be kept, with the request and the reason", async () => {
    const body = { app: "zebu", user: "u", return_url: returnUrl };
    const answer = await world.call("POST", "/v1/connections", {
      key,
      body,
      headers: { "idempotency-key": "one" },
    });
    expect(answer.status).toBe(201);
    const request = answer.headers.get("x-request-id");
    expect(warned).toContainEqual(["idempotent_answer_not_kept", { request, code: "RangeError" }]);
  });
});
