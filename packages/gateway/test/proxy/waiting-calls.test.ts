import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { Secret } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashOf } from "../../src/domain/hashed.js";
import { databases } from "../support/databases.js";
import { plainAnswer } from "./support/nasty-server.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";
import { type RawAnswer, rawCall } from "./support/raw-call.js";
import { rawUpload } from "./support/raw-upload.js";

const order = "/NorenWClientAPI/PlaceOrder";
const read = "/NorenWClientAPI/Limits";
const [[, onFile]] = databases;

describe("calls that must wait", () => {
  let world: ProxyWorld;
  let close: () => Promise<void>;
  /** A gateway with room for so many calls at once, and what it waits before it counts an order. */
  let port = 0;
  let counting: Promise<void> | undefined;
  /** The answers that the broker owes. */
  let owed: ServerResponse[] = [];

  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["zebu"], ordersPerSecond: 10 });
    const { store } = world.ports;
    const orderBudgets = {
      async take(...given: Parameters<typeof store.orderBudgets.take>) {
        await counting;
        return store.orderBudgets.take(...given);
      },
    };
    const small = await world.serve({ ...world.ports, store: { ...store, orderBudgets } }, {}, 4);
    ({ port } = small);
    close = small.close;
    await world.moveTo("zebu", "sandbox");
    for (const id of ["closed", "kept", "busy", "streamed", "kept-streamed"]) await world.connect("zebu", id);
    await world.moveTo("zebu", "nasty");
  }, 60_000);
  afterAll(async () => {
    await close();
    await world.close();
  });

  const call = (id: string, path: string): Promise<RawAnswer> =>
    world.callAt(port, id, path, { method: "POST", body: "{}" });
  const codeOf = ({ status, body }: RawAnswer) => [status, JSON.parse(body.toString()).code];
  const arrivedAt = (path: string) => world.nasty.arrived.filter(({ url }) => url === path).length;
  /** Four calls take all of the gateway's connections, until `pay` is called. */
  async function occupy() {
    const before = arrivedAt(read);
    owed = [];
    world.nasty.answer((_, response) => void owed.push(response));
    const calls = Promise.all([0, 1, 2, 3].map(() => call("busy", read)));
    await expect.poll(() => arrivedAt(read) - before).toBe(4);
    return {
      async pay() {
        world.nasty.answer(plainAnswer);
        for (const response of owed) plainAnswer(undefined as never, response);
        expect((await calls).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      },
    };
  }
  async function closeConnection(id: string): Promise<void> {
    await world.store.connections.close(tenant, id, world.now());
    await world.store.changes.announce({ tenant, kind: "connection", id });
  }

  it("are refused, being orders, at once where all connections are taken, and leave no burst behind", async () => {
    const { pay } = await occupy();
    const answers: RawAnswer[] = [];
    for (let i = 0; i < 6; i++) answers.push(await call("kept", order));
    expect(answers.map(codeOf)).toEqual(Array.from({ length: 6 }, () => [503, "broker_busy"]));
    expect(answers[0]?.header("retry-after")).toBe("1");
    expect(JSON.parse(answers[0]?.body.toString() ?? "").detail).toContain("Nothing was sent.");
    await pay();
    await wait(100);
    expect(arrivedAt(order)).toBe(0);
    await wait(1_000);
    expect((await call("kept", order)).status).toBe(200);
    expect(arrivedAt(order)).toBe(1);
  });

  it("are refused, being orders, where they can't leave soon after they were counted", async () => {
    const before = arrivedAt(order);
    const late = await world.serve(world.ports, { orderMs: -1 });
    const answer = await world.callAt(late.port, "kept", order, { method: "POST", body: "{}" });
    await late.close();
    expect(codeOf(answer)).toEqual([503, "broker_busy"]);
    expect(arrivedAt(order)).toBe(before);
  });

  it("are refused, being orders, where their connection takes long to open", async () => {
    const before = arrivedAt(order);
    let standStillMs = 400;
    const { store } = world.ports;
    const orderBudgets = {
      async take() {
        // The order asks for a connection first: that comes about while the process stands still.
        setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, standStillMs));
        return undefined;
      },
    };
    const slow = await world.serve({ ...world.ports, store: { ...store, orderBudgets } }, { orderMs: 300 });
    const send = () => world.callAt(slow.port, "kept", order, { method: "POST", body: "{}" });
    expect(codeOf(await send())).toEqual([503, "broker_busy"]);
    expect(arrivedAt(order)).toBe(before);
    standStillMs = 0;
    expect((await send()).status).toBe(200);
    await slow.close();
  });

  it("are sent with the session as it is when there is a connection, or not at all", async () => {
    const { pay } = await occupy();
    const before = arrivedAt(read);
    const ended = call("closed", read);
    const kept = call("kept", read);
    await wait(200);
    await closeConnection("closed");
    await wait(1_300);
    await pay();
    expect(codeOf(await ended)).toEqual([409, "connection_closed"]);
    expect((await kept).status).toBe(200);
    expect(arrivedAt(read) - before).toBe(1);
  });

  it("are not sent for an API key that was ended meanwhile", async () => {
    const text = `ends-${"k".repeat(40)}`;
    await world.store.apiKeys.add(tenant, {
      id: "ends",
      name: "ends",
      scopes: ["proxy"],
      calls: ["read"],
      createdAt: world.now(),
      hash: Buffer.from(hashOf("api_key", new Secret(text))).toString("hex"),
    });
    const { pay } = await occupy();
    const before = arrivedAt(read);
    const ended = rawCall(port, `/v1/connections/kept/proxy${read}`, {
      method: "POST",
      headers: [["authorization", `Bearer ${text}`]],
      body: "{}",
    });
    const kept = call("kept", read);
    await wait(200);
    await world.store.apiKeys.end(tenant, "ends", world.now());
    await world.store.changes.announce({ tenant, kind: "api_key", id: "ends" });
    await wait(200);
    await pay();
    expect(codeOf(await ended)).toEqual([401, "key_refused"]);
    expect((await kept).status).toBe(200);
    expect(arrivedAt(read) - before).toBe(1);
  });

  it("are looked at again where an order is streamed and its count takes long", async () => {
    const before = arrivedAt(order);
    let count: () => void = () => undefined;
    counting = new Promise((resolve) => {
      count = resolve;
    });
    const stream = (id: string) =>
      rawUpload(
        port,
        `/v1/connections/${id}/proxy${order}`,
        [["authorization", `Bearer ${world.keys.money}`]],
        [Buffer.from("{}")],
      );
    const answers = Promise.all([stream("streamed"), stream("kept-streamed")]);
    await wait(200);
    await closeConnection("streamed");
    await wait(100);
    count();
    counting = undefined;
    const [ended, kept] = await answers;
    expect(codeOf(ended)).toEqual([409, "connection_closed"]);
    expect(kept.status).toBe(200);
    expect(arrivedAt(order) - before).toBe(1);
  });
});
