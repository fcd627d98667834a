import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { type RmoneyApp, rmoney } from "../../src/index.js";
import { altered, answering, watched, withFields } from "../altered-answers.js";
import { brokerRig, failure } from "../broker-rig.js";

const exchangePath = "/open-api/od/v1/vendor/getUserDetails";
const profilePath = "/open-api/od/v1/profile/";
const keys: RmoneyApp = { appCode: "CODE", apiSecret: "SEC", redirectUri: "https://app.example/callback" };

describe("RMoney, the client's side", () => {
  const r = brokerRig("rmoney");
  const exchanges = () => r.received(exchangePath);
  const withAnswer = (changes: object, app: Readonly<Record<string, unknown>> = {}) =>
    r.open(app, { fetch: altered(r.fetch, exchangePath, withFields({ ...changes })) });

  it("R-01 a login starts at the host's root with the app code and nothing else", async () => {
    const { url } = await rmoney(keys, { fetch: answering({}) }).begin({ state: "ignored" });
    expect(url).toBe("https://weblive.rmoneyindia.net/?appcode=CODE");
  });

  it("R-02 authCode and userId come back to the registered URL, and both are needed", async () => {
    const client = await r.open();
    const { url, attempt } = await client.begin();
    const callback = await r.back(url);
    expect(callback).toMatch(/^http:\/\/127\.0\.0\.1:4702\/callback\/rmoney\?/);
    expect([...new URL(callback).searchParams.keys()].sort()).toEqual(["authCode", "userId"]);
    for (const name of ["authCode", "userId"]) {
      const without = new URL(callback);
      without.searchParams.delete(name);
      const error = await failure(client.complete(attempt, without.href));
      expect(error).toMatchObject({ action: "log_in", fate: "not_sent" });
    }
    expect(await exchanges()).toEqual([]);
    expect((await client.complete(attempt, callback)).account).toBe("I10230");
  });

  it("R-03 the checksum is the SHA-256 of userId, authCode and apiSecret, joined", async () => {
    const watch = watched(answering({ stat: "Ok", clientId: "U1", userSession: "e30.e30.sig" }));
    const client = rmoney(keys, { fetch: watch.fetch });
    const { attempt } = await client.begin();
    await client.complete(attempt, `${keys.redirectUri}?authCode=AC&userId=U1`);
    expect(watch.sent.map(({ body }) => JSON.parse(body))).toEqual([
      { checkSum: "3f3c347952ffe965105e79f925511c4895904cfe98e057eda24578a4c6f3ad19" },
    ]);
  });

  it("R-04 the exchange is a POST that names no user and no app", async () => {
    const watch = watched(r.fetch);
    await r.login(await r.open({}, { fetch: watch.fetch }));
    const [exchange] = watch.sent;
    expect(await exchanges()).toMatchObject([
      {
        method: "POST",
        path: exchangePath,
        query: {},
        status: 200,
        headers: { "content-type": "application/json" },
      },
    ]);
    expect(Object.keys(JSON.parse(exchange?.body ?? ""))).toEqual(["checkSum"]);
    const { appcode } = r.app();
    for (const text of ["I10230", appcode ?? "-"])
      expect(`${exchange?.url} ${exchange?.body} ${[...(exchange?.headers ?? [])]}`).not.toContain(text);
    expect(exchange?.headers.get("authorization")).toBeNull();
  });

  it("R-05 the key is spelled checkSum: in any other letters of our own the broker refuses it", async () => {
    const respelled =
      (name: string): typeof r.fetch =>
      (url, init) =>
        r.fetch(url, { ...init, ...(init.body && { body: String(init.body).replace("checkSum", name) }) });
    expect((await failure(r.login(await r.open({}, { fetch: respelled("CheckSum") })))).code).toBe(
      "exchange_refused",
    );
    await r.login(await r.open());
    expect(Object.keys((await exchanges()).at(-1)?.body as object)).toEqual(["checkSum"]);
  });

  it("R-06 a success is a session of the account in clientId with the token in userSession", async () => {
    const userSession = "e30.e30.sig";
    const session = await r.login(await withAnswer({ userSession }));
    expect(session).toMatchObject({ broker: "rmoney", account: "I10230", confirmed: true });
    expect(session.secrets.userSession?.reveal()).toBe(userSession);
  });

  it.each(["stat", "clientId", "userSession"])("R-06 an answer without %s is no session", async (field) => {
    await r.fault("missing-field", exchangePath, { field });
    expect((await failure(r.login(await r.open()))).code).toBe("answer_unreadable");
    await r.login(await r.open());
  });

  const messages = [
    ["Invalid auth code", "exchange_refused", "log_in"],
    ["User does not login. Please login", "not_logged_in", "log_in"],
    ["Your API key Expired.Please update your API key", "key_expired", "fix_keys"],
    ["API key not available.Please generate API key", "key_missing", "fix_keys"],
    ["Internal server error. Please try again later.", "broker_unavailable", "retry_later"],
  ] as const;

  it.each(messages)("R-07 «%s» is the error %s, whatever stat's letters", async (emsg, code, action) => {
    for (const stat of ["Not_ok", "Not_Ok", "NOT_OK", "not_ok"])
      for (const status of [200, 400, 500]) {
        const fetch = altered(r.fetch, exchangePath, () => ({ stat, emsg }), status);
        const error = await failure(r.login(await r.open({}, { fetch })));
        expect(error).toMatchObject({ code, action, detail: emsg, status });
      }
  });

  it("R-07 each message has a kind of its own", () => {
    expect(new Set(messages.map(([, code]) => code)).size).toBe(messages.length);
  });

  it.each([
    ["I10297", "key_expired"],
    ["I10298", "key_missing"],
    ["I10299", "broker_unavailable"],
  ])("R-07 the broker's own refusal of %s is %s", async (username, code) => {
    const client = await r.open();
    expect((await failure(r.login(client, { username }))).code).toBe(code);
    await r.login(client);
  });

  it.each(["constructor", "toString", "__proto__", "something new", "", 7, null, ["x"], undefined])(
    "R-07 words that nobody knows are a refused exchange: %j",
    async (emsg) => {
      const fetch = altered(r.fetch, exchangePath, () => ({ stat: "Not_ok", emsg }));
      expect((await failure(r.login(await r.open({}, { fetch })))).code).toBe("exchange_refused");
    },
  );

  it.each([
    [400, "exchange_refused"],
    [429, "rate_limited"],
    [503, "broker_unavailable"],
  ])("R-07 words that nobody knows with status %i are %s", async (status, code) => {
    const fetch = altered(r.fetch, exchangePath, () => ({ stat: "Not_ok", emsg: "something new" }), status);
    expect((await failure(r.login(await r.open({}, { fetch })))).code).toBe(code);
  });

  it.each(["Ok", "ok", "OK", "oK"])("R-07 stat «%s» is a success", async (stat) => {
    expect((await r.login(await withAnswer({ stat }))).account).toBe("I10230");
  });

  it.each(["Okay", "", "O k", "success", 1, true])("R-07 stat %j is no success", async (stat) => {
    expect((await failure(r.login(await withAnswer({ stat })))).code).toBe("answer_unreadable");
  });

  it("R-08 every call carries the session as its bearer, the profile first", async () => {
    const client = await r.open();
    const session = await r.login(client);
    expect((await client.prove(session)).account).toBe("I10230");
    const response = await client.fetch(session, profilePath);
    expect(await response.json()).toMatchObject({
      status: "Ok",
      message: "Success",
      result: [{ clientId: "I10230" }],
    });
    await client.fetch(session, "/open-api/od/v1/limits/");
    const calls = (await r.received()).slice(1);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${profilePath}`,
      `GET ${profilePath}`,
      "GET /open-api/od/v1/limits/",
    ]);
    for (const { headers } of calls)
      expect(headers).toMatchObject({
        authorization: `Bearer ${fingerprint(session.secrets.userSession?.reveal() ?? "")}`,
      });
  });

  it("R-08 a profile in the exchange's envelope proves nothing", async () => {
    const session = await r.login(await r.open());
    const flat = () => ({ stat: "Ok", clientId: "I10230" });
    const client = await r.open({}, { fetch: altered(r.fetch, "/profile/", flat) });
    expect((await failure(client.prove(session))).code).toBe("answer_unreadable");
    await (await r.open()).prove(session);
  });

  it("R-11 the account is the answer's clientId, never the callback's userId", async () => {
    const session = await r.login(await withAnswer({ clientId: "I10999" }));
    expect(session).toMatchObject({ account: "I10999", confirmed: false });
    expect(await r.login(await r.open())).toMatchObject({ account: "I10230", confirmed: true });
  });

  it("R-11 until the profile has confirmed the account nothing is sent and no header handed out", async () => {
    const client = await withAnswer({ clientId: "I10230-A" });
    const session = await r.login(client);
    expect((await failure(client.fetch(session, profilePath))).code).toBe("session_unconfirmed");
    expect((await failure(client.callHeaders(session))).code).toBe("session_unconfirmed");
    expect(await r.received(profilePath)).toEqual([]);
    expect((await failure(client.prove(session))).code).toBe("account_mismatch");
    expect((await failure(client.fetch(session, profilePath))).code).toBe("session_unconfirmed");
  });

  it("R-11 once the profile has confirmed it the session is live", async () => {
    const both: typeof r.fetch = altered(
      altered(r.fetch, exchangePath, withFields({ clientId: "I10999" })),
      "/profile/",
      ({ result, ...envelope }) => ({
        ...envelope,
        result: (result as object[]).map((one) => ({ ...one, clientId: "I10999" })),
      }),
    );
    const client = await r.open({}, { fetch: both });
    const session = await r.login(client);
    expect(session.confirmed).toBe(false);
    const proven = await client.prove(session);
    expect(proven).toMatchObject({ account: "I10999", confirmed: true });
    expect((await client.fetch(proven, profilePath)).status).toBe(200);
    expect((await client.callHeaders(proven)).authorization?.reveal()).toMatch(/^Bearer ./);
  });

  it("R-11 a user id and a code whose border was moved make no other account of it", async () => {
    const client = await r.open();
    const { url, attempt } = await client.begin();
    const callback = new URL(await r.back(url));
    const [code, user] = ["authCode", "userId"].map((name) => callback.searchParams.get(name) ?? "");
    callback.searchParams.set("userId", user!.slice(0, -1));
    callback.searchParams.set("authCode", user!.slice(-1) + code!);
    const session = await client.complete(attempt, callback.href);
    expect(session).toMatchObject({ account: "I10230", confirmed: false });
    expect(await client.prove(session)).toMatchObject({ account: "I10230", confirmed: true });
  });
});
