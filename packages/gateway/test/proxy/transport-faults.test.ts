import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

const [[, onFile]] = databases;
const limits = { callMs: 2_000, answerBytes: 2 * 1_048_576 };

/** What the caller gets: a problem of the gateway's, the broker's own answer, or one that is visibly cut. */
const gateway = (status: number, code: string) => ({ from: "gateway", status, code, whole: true });
const broker = (status: number) => ({ from: "broker", status, code: undefined, whole: true });
const expected = {
  "reset-before-answer": gateway(502, "broker_unavailable"),
  "reset-mid-body": gateway(502, "broker_unavailable"),
  "reset-after-body": broker(200),
  slow: gateway(504, "broker_timed_out"),
  endless: { from: "broker", status: 200, code: undefined, whole: false },
  "cut-short": gateway(502, "broker_unavailable"),
  // As long as the broker's own framing says.
  "wrong-length": broker(200),
  "gzip-bomb": gateway(502, "broker_unavailable"),
  "huge-answer": gateway(502, "answer_too_large"),
  "not-json": broker(200),
  "html-error-page": broker(502),
  "internal-error": broker(500),
  "too-many-requests": broker(429),
} as const;

describe("a broker whose answer goes wrong on the way", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { limits });
    for (const id of allBrokers) await world.connect(id);
    // Packed once, so that what the sandbox needs for it is not counted.
    await world.steer("faults", { broker: "zebu", fault: "gzip-bomb" });
    await world.firstCall("zebu");
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  it.each(Object.entries(expected))(
    "%s: is told for what it is, by all five",
    { timeout: 60_000 },
    async (fault, outcome) => {
      const before = process.memoryUsage().rss;
      for (const id of allBrokers) {
        await world.steer("faults", { broker: id, fault });
        const answer = await world.firstCall(id);
        const from = answer.header("kunji-answer-from");
        const code = from === "gateway" ? JSON.parse(answer.body.toString()).code : undefined;
        const { status, whole } = answer;
        expect({ id, from, status, code, whole }).toEqual({ id, ...outcome });
        if (fault === "too-many-requests") expect(answer.header("retry-after")).toBe("30");
        const honest = await world.firstCall(id);
        expect([honest.status, honest.header("kunji-answer-from")]).toEqual([200, "broker"]);
      }
      // Unpacked, each of them alone would take as much. Longer answers that aren't packed take it in the sandbox, which makes them.
      if (fault === "gzip-bomb") expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576);
    },
  );

  it("is told apart from one that can't be reached", async () => {
    await world.moveTo("zebu", "nasty");
    expect((await world.call("zebu", "/anything")).status).toBe(200);
    await world.nasty.close();
    const read = await world.call("zebu", "/NorenWClientAPI/Limits", { method: "POST", body: "{}" });
    expect([read.status, JSON.parse(read.body.toString()).code]).toEqual([502, "broker_unavailable"]);
    const order = await world.call("zebu", "/NorenWClientAPI/PlaceOrder", { method: "POST", body: "{}" });
    expect(JSON.parse(order.body.toString()).detail).toMatch(/Nothing was sent\.$/);
  });
});
