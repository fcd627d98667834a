import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { plainAnswer } from "./support/nasty-server.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

const [[, onFile]] = databases;
const order = "/NorenWClientAPI/PlaceOrder";

describe("a call that takes too long", () => {
  let world: ProxyWorld;
  let port: number;
  let close: () => Promise<void>;
  /** The statuses that are counted as the broker's. */
  const counted: number[] = [];
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["zebu"] });
    await world.connect("zebu");
    await world.moveTo("zebu", "nasty");
    const { signals } = world.ports;
    const proxied = (_: string, status: number) => void counted.push(status);
    const limits = { callMs: 500, requestBytes: 100_000_000 };
    ({ port, close } = await world.serve({ ...world.ports, signals: { ...signals, proxied } }, limits));
  }, 60_000);
  beforeEach(() => {
    counted.length = 0;
    world.nasty.arrived.length = 0;
    world.nasty.answer(plainAnswer);
  });
  afterAll(async () => {
    await close();
    await world.close();
  }, 60_000);

  function begin(length: number): ClientRequest {
    const request = httpRequest({
      host: "127.0.0.1",
      port,
      path: `/v1/connections/zebu/proxy${order}`,
      method: "POST",
      headers: { authorization: `Bearer ${world.keys.money}`, "content-length": length },
    });
    request.on("error", () => undefined);
    return request;
  }

  async function answerTo(
    request: ClientRequest,
  ): Promise<{ status: number; code: unknown; detail: string }> {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    request.destroy();
    const { code, detail } = JSON.parse(Buffer.concat(chunks).toString());
    return { status: response.statusCode ?? 0, code, detail };
  }

  it.each([
    ["read as a whole before it is sent", 1_000, "Nothing was sent."],
    ["sent as it comes", 1_000_000, "Whether it was carried out can't be known."],
  ])(
    "because the caller's body is slow is the caller's fault, not the broker's: %s",
    async (_, length, fate) => {
      const slow = begin(length);
      slow.write("x");
      const answer = await answerTo(slow);
      expect(answer).toMatchObject({ status: 408, code: "request_timed_out" });
      expect(answer.detail).toContain(fate);
      expect(counted).toEqual([]);
      expect(world.nasty.arrived).toEqual([]);
      const whole = begin(length);
      whole.end(Buffer.alloc(length, "x"));
      expect((await answerTo(whole)).status).toBe(200);
      expect(counted).toEqual([200]);
      expect(world.nasty.arrived).toHaveLength(1);
    },
  );

  it("because the broker does not answer is the broker's", async () => {
    world.nasty.answer(() => undefined);
    const request = begin(1_000);
    request.end(Buffer.alloc(1_000, "x"));
    expect(await answerTo(request)).toMatchObject({ status: 504, code: "broker_timed_out" });
    expect(counted).toEqual([504]);
  });

  it("because the broker does not take the body is the broker's", async () => {
    world.nasty.answer((request) => void request.pause(), true);
    const size = 100_000_000;
    const request = begin(size);
    request.end(Buffer.alloc(size, "x"));
    expect(await answerTo(request)).toMatchObject({ status: 504, code: "broker_timed_out" });
    expect(counted).toEqual([504]);
  });
});
