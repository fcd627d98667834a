import { describe, expect, it } from "vitest";
import { openCallbackToken } from "../src/brokers/nuvama.js";
import { exchangeRequest as rmoneyExchange } from "../src/brokers/rmoney.js";
import { exchangeRequest as venturaExchange } from "../src/brokers/ventura.js";
import { checkCallback, exchangeRequest } from "../src/brokers/zebu.js";
import { type Attempt, nuvama, rmoney, Secret, ventura, zebu } from "../src/index.js";
import { siteOf } from "../src/site.js";
import { answering } from "./altered-answers.js";
import { failure } from "./broker-rig.js";

const redirectUri = "https://app.example/callback";
const beganAt = 1_790_000_000_000;
const venturaAnswer = {
  client_id: "AA0605",
  auth_token: "t",
  auth_expiry: "2099-01-22 13:56:51",
  refresh_token: "r",
  refresh_expiry: "2099-01-24 13:56:51",
};

/** A client of Ventura's, at a clock that is set by hand, and a login that has begun. */
async function begun(state = "s") {
  const clock = { now: beganAt };
  const client = ventura(
    { appKey: "APP", appSecret: "SECRET", redirectUri },
    { fetch: answering(venturaAnswer), now: () => clock.now },
  );
  const { url, attempt } = await client.begin({ state });
  const back = `${redirectUri}?request_token=t&state=${encodeURIComponent(state)}`;
  return { client, clock, url, attempt, back };
}

describe("a callback that is refused says whose it is and what is wrong", () => {
  it("X-03 one of another broker's attempt", async () => {
    const { client, attempt, back } = await begun();
    const foreign = { ...attempt, broker: "zebu" } as unknown as Attempt<"ventura">;
    expect(await failure(client.complete(foreign, back))).toMatchObject({
      code: "attempt_mismatch",
      broker: "ventura",
    });
    expect((await client.complete(attempt, back)).account).toBe("AA0605");
  });

  it("X-02 one of an attempt that was used", async () => {
    const { client, attempt, back } = await begun();
    await client.complete(attempt, back);
    expect(await failure(client.complete(attempt, back))).toMatchObject({
      code: "attempt_used",
      broker: "ventura",
    });
  });

  it.each([
    ["a moment before it began, as a clock set back shows", -1],
    ["ten minutes after it began", 600_000],
  ])("X-02 one that comes %s", async (_what, age) => {
    const { client, clock, attempt, back } = await begun();
    clock.now = beganAt + age;
    expect(await failure(client.complete(attempt, back))).toMatchObject({
      code: "attempt_expired",
      broker: "ventura",
    });
    clock.now = beganAt;
    await client.complete(attempt, back);
  });

  it("X-02 one a moment short of ten minutes after it began is in time", async () => {
    const { client, clock, attempt, back } = await begun();
    clock.now = beganAt + 599_999;
    expect((await client.complete(attempt, back)).account).toBe("AA0605");
  });

  it.each([
    ["path", "https://app.example/other"],
    ["host", "https://else.example/callback"],
  ])("X-03 one at another %s", async (_what, place) => {
    const { client, attempt, back } = await begun();
    expect(await failure(client.complete(attempt, back.replace(redirectUri, place)))).toMatchObject({
      code: "attempt_mismatch",
      broker: "ventura",
    });
    await client.complete(attempt, back);
  });

  it("X-02 one without a state, with another, or of an attempt that holds none", async () => {
    const { client, attempt, back } = await begun();
    const stateless = { ...attempt, secrets: {} };
    const refused = { code: "state_mismatch", broker: "ventura", field: "state" };
    expect(await failure(client.complete(attempt, `${redirectUri}?request_token=t`))).toMatchObject(refused);
    expect(await failure(client.complete(attempt, `${back}x`))).toMatchObject(refused);
    expect(await failure(client.complete(stateless, back))).toMatchObject(refused);
    expect(await failure(client.complete(stateless, `${redirectUri}?request_token=t`))).toMatchObject(
      refused,
    );
    await client.complete(attempt, back);
  });

  it("X-08 one whose code is missing or holds what no code holds", async () => {
    const { client, attempt, back } = await begun();
    for (const flawed of ["a%20b", "a%C3%A9", "%09", "a+b", "%20ab", "ab%20"])
      expect(
        await failure(client.complete(attempt, back.replace("=t&", `=${flawed}&`))),
        flawed,
      ).toMatchObject({ code: "callback_invalid", broker: "ventura", field: "request_token" });
    expect(await failure(client.complete(attempt, `${redirectUri}?state=s`))).toMatchObject({
      code: "callback_invalid",
      broker: "ventura",
      field: "request_token",
    });
    await client.complete(attempt, back.replace("=t&", "=!Aa0-_.~%2B&"));
  });
});

describe("the state that a login sends", () => {
  it.each([
    ["empty", ""],
    ["longer than a callback's parameter may be", "x".repeat(4097)],
    // Nine characters each, behind `?state=`.
    ["longer in its encoding than half a callback", "₹".repeat(1820)],
  ])("V-03 is refused before it is sent where it could not come back: %s", async (_what, state) => {
    expect(await failure(begun(state))).toMatchObject({
      code: "input_invalid",
      broker: "ventura",
      field: "state",
    });
  });

  it.each([
    ["one character", "x"],
    ["as long as a callback's parameter may be", "x".repeat(4096)],
    ["as long in its encoding as half a callback", `${"₹".repeat(1819)}xxxxxx`],
  ])("V-03 comes back and is accepted with %s", async (_what, state) => {
    const { client, url, attempt, back } = await begun(state);
    expect(new URL(url).searchParams.get("state")).toBe(state);
    expect((await client.complete(attempt, back)).account).toBe("AA0605");
  });

  it("V-03 is one character too long in its encoding where one more is added to the longest", async () => {
    expect((await failure(begun(`${"₹".repeat(1819)}xxxxxxx`))).field).toBe("state");
  });

  it("V-03 is 32 hex digits where the caller sets none, each byte two of them", async () => {
    const client = ventura(
      { appKey: "APP", appSecret: "SECRET", redirectUri },
      { randomBytes: (length) => Uint8Array.from({ length }, (_, i) => i * 17) },
    );
    const { url } = await client.begin();
    expect(new URL(url).searchParams.get("state")).toBe("00112233445566778899aabbccddeeff");
  });
});

describe("what is exchanged", () => {
  const app = { clientId: "ABC", secret: "123", redirectUri };
  const origins = { api: "https://go.mynt.in", login: "https://go.mynt.in" };
  const site = () => siteOf("zebu", zebu.traits, origins, { now: () => beganAt });
  const attempt = (): Attempt<"zebu"> => ({ broker: "zebu", beganAt, secrets: {} });

  it("X-02 is a callback that has passed its check, not one that merely looks like it", async () => {
    const checked = checkCallback(site(), app, attempt(), `${redirectUri}?code=x1y2z3`);
    const request = await exchangeRequest(site(), app, checked);
    expect(request.json?.code).toBe("x1y2z3");
    const forged = { values: { code: new Secret("x1y2z3") } } as unknown as typeof checked;
    expect(await failure(exchangeRequest(site(), app, forged))).toMatchObject({
      code: "callback_invalid",
      broker: "zebu",
    });
    expect((await failure(exchangeRequest(site(), app, { ...checked }))).code).toBe("callback_invalid");
  });

  it("X-02 is so at every broker that exchanges a callback", async () => {
    const forged = { values: {} } as never;
    const keyed = { ...app, appKey: "APP", appSecret: "S", apiSecret: "S" };
    for (const [broker, exchange] of [
      ["ventura", venturaExchange],
      ["rmoney", rmoneyExchange],
      ["zebu", exchangeRequest],
    ] as const)
      expect(await failure(exchange(site(), { ...keyed, appCode: "APP" }, forged))).toMatchObject({
        code: "callback_invalid",
        broker,
      });
    const opened = openCallbackToken(
      { ...keyed, vendor: "", pwd: "", apiKey: "", securityKey: "", appIdKey: "" },
      forged,
      "zero",
      beganAt,
    );
    expect(await failure(opened)).toMatchObject({ code: "callback_invalid", broker: "nuvama" });
  });

  it("X-01 needs no state where the broker returns none, and heeds none", async () => {
    const checked = checkCallback(site(), app, attempt(), `${redirectUri}?code=c&state=any`);
    expect(checked.values.code.reveal()).toBe("c");
  });
});

it("N-11 a token in base64 may come with blanks for pluses, and with nothing else in it", async () => {
  const client = nuvama(
    { vendor: "TEST2", apiKey: "apiventest", pwd: "4cSfRu2fRZR99KCk", appIdKey: "id", redirectUri },
    { fetch: answering({ msg: "a79d62877efca412313ee9cd898c94af", success: true }), now: () => beganAt },
  );
  const { attempt } = await client.begin({ state: "s" });
  const back = (token: string) =>
    `${redirectUri}?login_success=success&userid=1&state=s&encrTkn=${encodeURIComponent(token)}`;
  for (const flawed of ["ab-_", "ab=c", "=", "ab\t", "a.b", "é"])
    expect(await failure(client.complete(attempt, back(flawed))), flawed).toMatchObject({
      code: "callback_invalid",
      broker: "nuvama",
      field: "encrTkn",
    });
  // Right in form: what is wrong with it is only seen once it is opened.
  const opened = await failure(client.complete(attempt, back("aB+/9 ==")));
  expect(opened.code).toBe("decryption_failed");
});

it("R-02 a callback of RMoney needs both of its parameters", async () => {
  const client = rmoney({ appCode: "APP", apiSecret: "S", redirectUri }, { now: () => beganAt });
  const { attempt } = await client.begin();
  for (const [query, field] of [
    ["userId=U1", "authCode"],
    ["authCode=a", "userId"],
  ])
    expect(await failure(client.complete(attempt, `${redirectUri}?${query}`))).toMatchObject({
      code: "callback_invalid",
      broker: "rmoney",
      field,
    });
});
