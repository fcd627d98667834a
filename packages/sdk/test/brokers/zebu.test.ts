import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { zebu } from "../../src/index.js";
import { altered, answering, watched, withFields } from "../altered-answers.js";
import { brokerRig, failure, morningMs } from "../broker-rig.js";

const exchangePath = "/NorenWClientAPI/GenAcsTok";
const quotesPath = "/NorenWClientAPI/GetQuotes";
const quote = { method: "POST", body: '{"uid":"ZP0001","exch":"NSE","token":"2885"}' };
const keys = { clientId: "ABC", secret: "123", redirectUri: "https://app.example/callback" };
const sample = {
  stat: "Ok",
  access_token: "eyJ0eXAi.access",
  refresh_token: "def50200.refresh",
  expires_in: "3600",
  request_time: "10:00:00 23-11-2026",
};

describe("Zebu's logins, the client's side", () => {
  const z = brokerRig("zebu");
  const exchanges = () => z.received(exchangePath);
  const withExchange = (changes: object, status?: number) =>
    z.open({}, { fetch: altered(z.fetch, exchangePath, withFields({ ...changes }), status) });

  it("Z-01 a login starts at the authorize page with the client id and nothing else", async () => {
    const { url } = await zebu(keys, { fetch: answering({}) }).begin({ state: "ignored" });
    expect(url).toBe("https://go.mynt.in/OAuthlogin/authorize/oauth?client_id=ABC");
  });

  it("Z-02 the code of the registered URL is what is exchanged", async () => {
    const client = await z.open();
    const { url, attempt } = await client.begin();
    const callback = await z.back(url);
    const code = new URL(callback).searchParams.get("code") ?? "";
    const elsewhere = callback.replace("/callback/zebu", "/callback/zebu2");
    expect((await failure(client.complete(attempt, elsewhere))).code).toBe("attempt_mismatch");
    expect(await exchanges()).toEqual([]);
    await client.complete(attempt, callback);
    expect(await exchanges()).toMatchObject([{ body: { code: fingerprint(code) } }]);
  });

  it("Z-03 the exchange is a POST of JSON with code and checksum and nothing else", async () => {
    const watch = watched(z.fetch);
    await z.login(await z.open({}, { fetch: watch.fetch }));
    expect(await exchanges()).toMatchObject([
      { method: "POST", path: exchangePath, query: {}, headers: { "content-type": "application/json" } },
    ]);
    expect((await exchanges())[0]?.headers).not.toHaveProperty("authorization");
    expect(Object.keys(JSON.parse(watch.sent[0]?.body ?? "")).sort()).toEqual(["checksum", "code"]);
  });

  it.each([
    ["ABC", "123", "x1y2z3", "7b482d7b380a3067eaba4c9c909b19253c4fa0edb5833e246401b8497c99a9c3"],
    ["CID", "SEC", "CODE", "b0a052a821855ed2e8b6eaa1fd510c9e39ff9b799a4d03559310a5f5485a7572"],
  ])("Z-04 the checksum of %s, %s and %s is their SHA-256, joined", async (clientId, secret, code, hash) => {
    const watch = watched(answering(sample));
    const client = zebu({ ...keys, clientId, secret }, { fetch: watch.fetch });
    const { attempt } = await client.begin();
    await client.complete(attempt, `${keys.redirectUri}?code=${code}`);
    expect(watch.sent.map(({ body }) => JSON.parse(body))).toEqual([{ code, checksum: hash }]);
  });

  it("Z-05 a success is a session with both tokens that ends after expires_in seconds", async () => {
    const client = zebu(keys, { fetch: answering(sample), now: () => morningMs });
    const { attempt } = await client.begin();
    const session = await client.complete(attempt, `${keys.redirectUri}?code=c`);
    expect(session.secrets.access_token?.reveal()).toBe("eyJ0eXAi.access");
    expect(session.secrets.refresh_token?.reveal()).toBe("def50200.refresh");
    expect(client.endsAt(session)).toEqual({
      known: true,
      at: morningMs + 3_600_000,
      why: "moment",
      ended: false,
    });
    expect(session.account).toBeUndefined();
  });

  it("Z-05 the account is the one that the answer names, where it names one", async () => {
    expect((await z.login(await z.open())).account).toBe("ZP0001");
    expect((await z.login(await withExchange({ actid: undefined }))).account).toBe("ZP0001");
    expect((await z.login(await withExchange({ USERID: undefined }))).account).toBe("ZP0001");
  });

  it("Z-05 an unknown account is asked for by the first call", async () => {
    const client = await withExchange({ USERID: undefined, actid: undefined });
    const session = await z.login(client);
    expect(session.account).toBeUndefined();
    const proven = await client.prove(session);
    expect(proven.account).toBe("ZP0001");
    expect((await z.received()).at(-1)).toMatchObject({
      method: "POST",
      path: "/NorenWClientAPI/ClientDetails",
      headers: { authorization: `Bearer ${fingerprint(session.secrets.access_token?.reveal() ?? "")}` },
    });
    expect((await client.fetch(proven, quotesPath, quote)).status).toBe(200);
  });

  it("Z-05 a first call that does not tell the account leaves it unknown", async () => {
    const silent = altered(z.fetch, "/NorenWClientAPI/", ({ stat, request_time, ...fields }) => {
      const { USERID: _u, actid: _a, uid: _i, ...rest } = fields;
      return { stat, request_time, ...rest };
    });
    const client = await z.open({}, { fetch: silent });
    const proven = await client.prove(await z.login(client));
    expect(proven.account).toBeUndefined();
    expect(proven.confirmed).toBe(true);
  });

  it("Z-05 a first call that names another account than the login did is refused", async () => {
    const session = await z.login(await z.open());
    const naming = (actid: string) =>
      z.open({}, { fetch: altered(z.fetch, quotesPath, withFields({ actid })) });
    expect((await failure((await naming("ZP9999")).prove(session))).code).toBe("account_mismatch");
    expect((await (await naming("ZP0001")).prove(session)).account).toBe("ZP0001");
  });

  it.each(["Invalid authorization code", "Invalid Input : INVALID_VERIFIER"])(
    "Z-06 «%s» is a refused exchange",
    async (emsg) => {
      const refuse = () => ({ stat: "Not_Ok", emsg, request_time: "10:00:00 23-11-2026" });
      const client = await z.open({}, { fetch: altered(z.fetch, exchangePath, refuse) });
      expect(await failure(z.login(client))).toMatchObject({
        code: "exchange_refused",
        action: "log_in",
        detail: emsg,
      });
      await z.login(await z.open());
    },
  );

  it("Z-06 a bad code is refused by the broker, and a good one is not", async () => {
    const client = await z.open();
    const { url, attempt } = await client.begin();
    const bad = new URL(await z.back(url));
    bad.searchParams.set("code", "2f1c-made-up");
    expect(await failure(client.complete(attempt, bad.href))).toMatchObject({
      code: "exchange_refused",
      detail: "Invalid authorization code",
    });
    await z.login(client);
  });

  it.each(["Not_Ok", "not_ok", "NOT_OK", "NotOk"])(
    "Z-06 stat «%s» is a failure, even with tokens",
    async (stat) => {
      const client = await withExchange({ stat, emsg: "No" });
      expect((await failure(z.login(client))).code).toBe("exchange_refused");
      await z.login(await withExchange({ stat: "OK" }));
    },
  );

  it("Z-07 every call carries the bearer token", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await client.fetch(session, quotesPath, quote);
    await client.fetch(session, "/NorenWClientAPI/ClientDetails", { method: "POST", body: "{}" });
    await client.logout(session);
    const bearer = `Bearer ${fingerprint(session.secrets.access_token?.reveal() ?? "")}`;
    const calls = (await z.received()).slice(1);
    expect(calls).toHaveLength(3);
    for (const { headers } of calls) expect(headers).toMatchObject({ authorization: bearer });
  });

  it("Z-07 a token that is no longer live needs a login, though the status is 200", async () => {
    const client = await z.open();
    const [ended, live] = [await z.login(client), await z.login(client, { username: "ZP0447" })];
    await z.steer("zebu/sessions/end", { username: "ZP0001" });
    for (const call of [client.fetch(ended, quotesPath, quote), client.prove(ended)])
      expect(await failure(call)).toMatchObject({
        code: "login_needed",
        status: 200,
        detail: "Session Expired :  Invalid Session Key",
      });
    expect((await client.fetch(live, quotesPath, quote)).status).toBe(200);
  });

  it("Z-08 GetQuotes answers the quote of the instrument, and proves the session", async () => {
    const client = await z.open();
    const session = await z.login(client);
    const response = await client.fetch(session, quotesPath, quote);
    expect(await response.json()).toMatchObject({ stat: "Ok", exch: "NSE", token: "2885" });
    await client.prove(session);
    const [, asked, proof] = await z.received();
    for (const { body } of [asked!, proof!])
      expect(body).toEqual({
        uid: "ZP0001",
        exch: "NSE",
        token: fingerprint("2885"),
      });
  });

  it.each([
    ["1000000000", morningMs + 1e12],
    ["1795498200", 1_795_498_200_000],
    ["3600", morningMs + 3_600_000],
    ["60", morningMs + 60_000],
  ])("Z-14 an expires_in of «%s» ends the session at %i", async (expires_in, at) => {
    const client = await withExchange({ expires_in });
    expect(client.endsAt(await z.login(client))).toMatchObject({ known: true, at });
  });

  it("Z-14 a moment that is over ends the session at once", async () => {
    const client = await withExchange({ expires_in: "1756990407" });
    expect(client.endsAt(await z.login(client))).toMatchObject({ at: 1_756_990_407_000, ended: true });
  });

  it.each([
    "",
    "1e9",
    "0x10",
    "-1",
    "0",
    " 3600",
    "3600 ",
    "3600.5",
    "+3600",
    "٣٦٠٠",
    "NaN",
    null,
    3600,
    [3600],
  ])("Z-14 an expires_in of %j is refused", async (expires_in) => {
    expect(await failure(z.login(await withExchange({ expires_in })))).toMatchObject({
      code: "answer_unreadable",
      field: "expires_in",
    });
    await z.login(await withExchange({ expires_in: "3600" }));
  });

  it("Z-15 whoever does not authorize the app has no code, and the client says so", async () => {
    const client = await z.open();
    const { url, attempt } = await client.begin();
    const declined = await z.back(url, { consent: false });
    expect(new URL(declined).searchParams.has("code")).toBe(false);
    expect(await failure(client.complete(attempt, declined))).toMatchObject({
      code: "login_denied",
      action: "log_in",
    });
    expect(await exchanges()).toEqual([]);
    await z.login(client);
  });
});
