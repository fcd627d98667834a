import { describe, expect, it } from "vitest";
import { nuvamaCalls, opened, vendorAnswerOf } from "./nuvama-fixture.js";
import { HOUR, MORNING_MS, registerApp } from "./sandbox-fixture.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const envelope = (errCd: string, errMsg: string) => ({
  config: {},
  error: { actCd: "52", errCd, errMsg },
  msgID: expect.stringMatching(UUID),
  srvTm: MORNING_MS,
});
const badVendor = envelope("EGN0009", "Login failed. Invalid Vendor Details");
const badSourceToken = envelope("ETRD0001", "Invalid Source Token. Session Expired");

describe("Nuvama's side: the vendor's session", () => {
  const { box, app, vendorCall, vendorLogin, logoutVendor, login, headersOf, session, limits } =
    nuvamaCalls();

  it("N-01 vendor login takes the password as JSON, with or without Source and a trailing slash", async () => {
    const body = { pwd: app().pwd };
    for (const answer of [
      await vendorCall("TEST2", body),
      await vendorCall("TEST2", body, { Source: "TEST2" }),
      await vendorCall("TEST2/", body, { Source: "apiventest" }),
    ])
      expect(vendorAnswerOf(answer)).toEqual([200, true]);
    expect((await vendorCall("TEST2", body, { Source: "KUNJIGW" })).status).toBe(401);
  });

  it("N-02 success answers msg, 32 lower-case hex digits, and success", async () => {
    const { status, json } = await vendorCall("TEST2", { pwd: app().pwd });
    expect([status, json]).toEqual([200, { msg: expect.stringMatching(/^[0-9a-f]{32}$/), success: true }]);
    expect(Object.keys(json)).toEqual(["msg", "success"]);
  });

  it("N-02 a vendor login without a password fails with 200 and success false", async () => {
    const { status, json } = await vendorCall("TEST2", {});
    expect([status, json.success]).toEqual([200, false]);
  });

  it("N-03 the vendor session lives 24 hours from its making, used or not", async () => {
    const token = await vendorLogin();
    await box().after(24 * HOUR - 1000);
    expect((await login(token)).searchParams.get("login_success")).toBe("true");
    await box().after(24 * HOUR);
    await expect(login(token)).rejects.toThrow(/ordsrctkn/);
  });

  it("N-04 two users share one vendor session", async () => {
    const token = await vendorLogin();
    for (const username of ["80126245", "80163504"]) {
      const auth = await session(token, username);
      expect((await limits(headersOf(auth, token), username)).status).toBe(200);
    }
  });

  it("N-04 an older vendor session lives on beside a newer one", async () => {
    const [older, newer] = [await vendorLogin(), await vendorLogin()];
    expect(newer).not.toBe(older);
    const auth = await session(older);
    for (const token of [older, newer]) expect((await limits(headersOf(auth, token))).status).toBe(200);
  });

  it("N-05 bad vendor details are a 401 in the page's envelope and order", async () => {
    for (const answer of [
      await vendorCall("TEST2", { pwd: "other" }),
      await vendorCall("NOBODY", { pwd: app().pwd }),
    ]) {
      expect([answer.status, answer.json]).toEqual([401, badVendor]);
      expect(Object.keys(answer.json)).toEqual(["config", "error", "msgID", "srvTm"]);
      expect(Object.keys(answer.json.error)).toEqual(["actCd", "errCd", "errMsg"]);
    }
  });

  it("N-16 vendor logout answers in the page's words, with or without Source", async () => {
    const done = { msg: "Vendor logged out successfully", success: true };
    for (const headers of [{}, { Source: "TEST2" }]) {
      const { status, json } = await logoutVendor(await vendorLogin(), headers);
      expect([status, json]).toEqual([200, done]);
    }
  });

  it("N-16 another vendor's token logs nobody out, with 200 and success false", async () => {
    const token = await vendorLogin();
    const failed = await logoutVendor(token, {}, "KUNJIGW");
    expect([failed.status, failed.json.success]).toEqual([200, false]);
    expect(vendorAnswerOf(await logoutVendor(token))).toEqual([200, true]);
  });

  it("N-17 after vendor logout every call of the vendor's users gets 401 ETRD0001", async () => {
    const [older, token] = [await vendorLogin(), await vendorLogin()];
    const auth = await session(token);
    expect((await limits(headersOf(auth, token))).status).toBe(200);
    await logoutVendor(token);
    for (const ended of [older, token]) {
      const { status, json } = await limits(headersOf(auth, ended));
      expect([status, json]).toEqual([401, badSourceToken]);
    }
  });

  it("N-17 after a vendor session merely ended a new one opens the same user's token", async () => {
    const token = await vendorLogin();
    const auth = await session(token);
    await box().steer("POST", "/nuvama/sessions/end", { vendor: true });
    const dead = await limits(headersOf(auth, token));
    expect([dead.status, dead.json]).toEqual([401, badSourceToken]);
    expect((await limits(headersOf(auth, await vendorLogin()))).status).toBe(200);
  });

  it("N-18 a bad source token is a 401 ETRD0001 in the page's envelope", async () => {
    const answer = await logoutVendor("f".repeat(32));
    expect([answer.status, answer.json]).toEqual([401, badSourceToken]);
    expect(Object.keys(answer.json)).toEqual(["config", "error", "msgID", "srvTm"]);
  });

  it("N-21 sign-up on the portal gives vendor, API key, a password of 16 characters and AppID", async () => {
    const { keys } = await registerApp(box(), "nuvama", {
      name: "Portfolio Pal",
      redirect_url: "http://127.0.0.1:9/back",
    });
    const { "Vendor name": vendor = "", "API key": api_key, Password: pwd = "", AppID: AppIdKey = "" } = keys;
    expect(pwd).toHaveLength(16);
    const token = (await vendorCall(vendor, { pwd })).json.msg;
    const url = await login(token, { ordsrc: api_key });
    expect(url.origin + url.pathname).toBe("http://127.0.0.1:9/back");
    const auth = opened(url.searchParams.get("encrTkn") ?? "", pwd, token);
    const headers = { Authorization: auth, AppIdKey, Source: vendor, SourceToken: token };
    expect((await limits(headers)).status).toBe(200);
  });
});
