import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { wholeGateways } from "./support/both-databases.js";
import { type AnswerBy, jsonAnswer, openRelayed, type RelayedGateway } from "./support/broker-relay.js";
import { connect, received } from "./support/journey.js";

const expired = { stat: "Not_Ok", emsg: "Session Expired : Invalid Session Key" };
const newer = { stat: "Ok", access_token: "a-newer-access-token", expires_in: "86400" };
const base = "/NorenWClientAPI";

/** What may come of a call, so that somebody might be tempted to send it again. */
const outcomes: Readonly<Record<string, AnswerBy>> = {
  "an answer": jsonAnswer(200, { stat: "Ok" }),
  "a 401": jsonAnswer(401, {}),
  "a 429 that asks for another try at once": jsonAnswer(429, {}, { "retry-after": "0" }),
  "a 500": jsonAnswer(500, {}),
  "a 503 that asks for another try at once": jsonAnswer(503, {}, { "retry-after": "0" }),
  "a redirect to the same place": jsonAnswer(307, {}, { location: `${base}/PlaceOrder` }),
  "a reset instead of an answer": (request) => request.socket.resetAndDestroy(),
  "half an answer": (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("x", () => response.destroy());
  },
};

describe.each(wholeGateways)("an order is never sent twice, on %s", (_, open) => {
  let world: RelayedGateway;
  beforeAll(async () => {
    world = await openRelayed(open);
    await world.addRelayed("zebu");
  }, 60_000);
  afterEach(() => world.passAll());
  afterAll(() => world.close());

  const call = (id: string, name: string, body: unknown = { uid: "ZP0001" }) =>
    world.ask("POST", `/v1/connections/${id}/proxy${base}/${name}`, { body });

  /** How often the broker has got a call while this was done. */
  async function sent(name: string, work: () => Promise<unknown>): Promise<number> {
    const before = world.arrivedAt(`/${name}`).length;
    await work();
    return world.arrivedAt(`/${name}`).length - before;
  }

  const renewing = () => world.answer("/RefreshToken", jsonAnswer(200, newer));
  /** Refuses as unauthenticated so often, then answers. */
  function refusing(name: string, times: number): void {
    let left = times;
    world.answer(`/${name}`, (...given) => jsonAnswer(200, left-- > 0 ? expired : { stat: "Ok" })(...given));
  }

  it.each([
    ["an order", "PlaceOrder"],
    ["a change of an order", "ModifyOrder"],
    ["money", "FundsPayOutReq"],
    ["a call that nobody knows", "SomethingNew"],
  ])("%s goes out once, whatever the answer", async (_, name) => {
    const id = await connect(world, "zebu");
    for (const [outcome, by] of Object.entries(outcomes)) {
      world.answer(`/${name}`, by);
      const times = await sent(name, () => call(id, name));
      expect([outcome, times]).toEqual([outcome, 1]);
    }
    // The next one is another call, which goes out as well.
    world.answer(`/${name}`, jsonAnswer(200, { stat: "Ok" }));
    expect(await sent(name, () => call(id, name))).toBe(1);
  });

  it.each([
    ["PlaceOrder", 1, { ...expired }],
    ["FundsPayOutReq", 1, { ...expired }],
    ["SomethingNew", 1, { ...expired }],
    ["GetQuotes", 2, { stat: "Ok" }],
  ])(
    "%s that was refused as unauthenticated goes out %i time(s), though the session was renewed",
    async (name, times, answered) => {
      const id = await connect(world, "zebu");
      renewing();
      refusing(name, 1);
      let answer = "";
      expect(
        await sent(name, async () => {
          answer = (await call(id, name)).text;
        }),
      ).toBe(times);
      expect(JSON.parse(answer)).toEqual(answered);
      const row = (await world.ask("GET", `/v1/connections/${id}`)).json;
      expect([row.status, row.generation]).toEqual(["active", 2]);
    },
  );

  it("a read goes out twice at the most, and the second time with the newer session", async () => {
    const id = await connect(world, "zebu");
    renewing();
    refusing("GetQuotes", 9);
    expect(await sent("GetQuotes", () => call(id, "GetQuotes"))).toBe(2);
    const [first, second] = world.arrivedAt("/GetQuotes").slice(-2);
    expect(first?.rawHeaders).not.toContain(`Bearer ${newer.access_token}`);
    expect(second?.rawHeaders).toContain(`Bearer ${newer.access_token}`);
    expect(second?.body).toEqual(first?.body);
  });

  it("a read is sent again after no other answer", async () => {
    const id = await connect(world, "zebu");
    renewing();
    for (const [outcome, by] of Object.entries(outcomes)) {
      if (outcome === "a 401") continue;
      world.answer("/GetQuotes", by);
      expect([outcome, await sent("GetQuotes", () => call(id, "GetQuotes"))]).toEqual([outcome, 1]);
    }
    refusing("GetQuotes", 1);
    expect(await sent("GetQuotes", () => call(id, "GetQuotes"))).toBe(2);
  });

  it.each([
    ["was refused", jsonAnswer(200, { stat: "Not_Ok", emsg: "Invalid refresh token" }), "login_needed"],
    ["is of unknown outcome", jsonAnswer(500, {}), "unsure"],
  ])("a read is not sent again where the renewal %s", async (_, by, status) => {
    const id = await connect(world, "zebu");
    world.answer("/RefreshToken", by);
    refusing("GetQuotes", 1);
    expect(await sent("GetQuotes", () => call(id, "GetQuotes"))).toBe(1);
    expect((await world.ask("GET", `/v1/connections/${id}`)).json.status).toBe(status);
  });

  it("the broker's own ledger holds one order for one call, and two for two", async () => {
    const id = await connect(world, "zebu");
    const placed = () => received(world, "zebu", /PlaceOrder$/);
    const before = await placed();
    await call(id, "PlaceOrder");
    expect((await placed()) - before).toBe(1);
    await call(id, "PlaceOrder");
    expect((await placed()) - before).toBe(2);
  });
});
