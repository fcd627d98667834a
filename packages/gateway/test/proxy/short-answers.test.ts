import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const [[, onFile]] = databases;

describe("a short answer", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["rmoney"] });
    await world.connect("rmoney");
    await world.moveTo("rmoney", "nasty");
  }, 60_000);
  afterAll(() => world.close());

  it.each([
    ["whose length is told", { "content-length": "256" }, everyByte],
    ["in chunks", {}, everyByte],
    ["without a body", { "content-length": "0" }, Buffer.alloc(0)],
  ])("%s comes byte for byte, with its length", async (_, headers, body) => {
    world.nasty.answer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", ...headers });
      // In two pieces: it is put together again.
      response.write(body.subarray(0, 100));
      setTimeout(() => response.end(body.subarray(100)), 20);
    });
    const answer = await world.call("rmoney", "/open-api/od/v1/limits");
    expect(answer.status).toBe(200);
    expect(answer.header("kunji-answer-from")).toBe("broker");
    expect(answer.header("content-length")).toBe(String(body.length));
    expect(answer.whole).toBe(true);
    expect(answer.body.equals(body)).toBe(true);
  });
});
