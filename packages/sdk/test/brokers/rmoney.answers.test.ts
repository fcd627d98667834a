import { beforeEach, describe, expect, it } from "vitest";
import { readExchange } from "../../src/brokers/rmoney.js";
import { type RmoneyApp, rmoney, Secret, type Session } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure, morningMs } from "../broker-rig.js";

const keys: RmoneyApp = { appCode: "CODE", apiSecret: "SEC", redirectUri: "https://app.example/callback" };
const success = { stat: "Ok", clientId: "U1", userSession: "opaque-session" };
const answered = { status: 200, headers: new Headers(), body: success, sent: [] };
let session: Session<"rmoney">;
beforeEach(() => {
  session = readExchange(answered, morningMs, new Secret("U1"));
});

const at = (body: unknown, status = 200) =>
  rmoney(keys, { fetch: answering(body, status), now: () => morningMs });
async function login(body: unknown, status = 200) {
  const client = at(body, status);
  const { attempt } = await client.begin();
  return client.complete(attempt, `${keys.redirectUri}?authCode=AC&userId=U1`);
}

describe("what RMoney's answers say", () => {
  it("R-06 a session begins, and was last used, at its login, and has no end where none can be read", () => {
    expect(session).toMatchObject({ startedAt: morningMs, usedAt: morningMs, clocks: [], confirmed: true });
  });

  it("R-03 R-04 the exchange names nobody: the checksum alone is posted", async () => {
    const watch = watched(answering(success));
    const client = rmoney(keys, { fetch: watch.fetch, now: () => morningMs });
    const { url, attempt } = await client.begin();
    expect(url).toBe("https://weblive.rmoneyindia.net/?appcode=CODE");
    expect(await client.complete(attempt, `${keys.redirectUri}?authCode=AC&userId=U1`)).toEqual(session);
    expect(watch.sent.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST https://weblive.rmoneyindia.net/open-api/od/v1/vendor/getUserDetails {"checkSum":"3f3c347952ffe965105e79f925511c4895904cfe98e057eda24578a4c6f3ad19"}',
    ]);
  });

  it("R-07 each of the page's messages is an error of its own kind, and a stat that is no text is none", async () => {
    for (const [emsg, code] of [
      ["Invalid auth code", "exchange_refused"],
      ["User does not login. Please login", "not_logged_in"],
      ["Your API key Expired.Please update your API key", "key_expired"],
      ["API key not available.Please generate API key", "key_missing"],
      ["Internal server error. Please try again later.", "broker_unavailable"],
    ])
      for (const status of [200, 500])
        expect(await failure(login({ stat: "Not_ok", emsg }, status))).toMatchObject({ code, detail: emsg });
    for (const stat of [["Not_ok"], null, 7])
      expect((await failure(login({ ...success, stat }))).field).toBe("stat");
    expect((await failure(login(["Not_ok"]))).field).toBe("stat, clientId, userSession");
    expect(await failure(login(null))).toMatchObject({
      broker: "rmoney",
      field: "stat, clientId, userSession",
    });
  });

  it("R-10 a session ends by the token's exp or by the daily logout, 07:00 in India by default", async () => {
    const userSession = `e30.${Buffer.from('{"exp":1800000000}').toString("base64url")}.x`;
    const end = { kind: "moment", at: 1_800_000_000_000 };
    expect((await login({ ...success, userSession })).clocks).toEqual([
      end,
      { kind: "daily", time: "07:00", utcOffset: "+05:30", by: "exchanges" },
    ]);
    const body = { ...success, userSession };
    expect(readExchange({ ...answered, body }, morningMs, new Secret("U1")).clocks).toEqual([end]);
  });

  it("R-11 a session whose account is not the callback's user is not confirmed", async () => {
    expect(await login({ ...success, clientId: "U2" })).toMatchObject({ account: "U2", confirmed: false });
    expect(await login(success)).toMatchObject({ account: "U1", confirmed: true });
  });

  it("R-06 stat other than Ok is named, and so is a session that no header can carry", async () => {
    expect(await failure(login({ ...success, stat: "Okay" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "rmoney",
      field: "stat",
    });
    expect(await failure(login({ ...success, userSession: "two\nlines" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "rmoney",
      field: "userSession",
    });
    expect((await login(success)).broker).toBe("rmoney");
  });

  it.each(["Not_okay", "xNot_ok", "Not ok", "Notxok"])("R-07 stat «%s» is no refusal", async (stat) => {
    const error = await failure(login({ ...success, stat }));
    expect(error).toMatchObject({ code: "answer_unreadable", field: "stat" });
  });

  it("R-07 stat «Notok» is one, and the broker is named with its words", async () => {
    expect(await failure(login({ stat: "Notok", emsg: "Something else" }))).toMatchObject({
      code: "exchange_refused",
      broker: "rmoney",
      detail: "Something else",
    });
    for (const status of [429, 500])
      expect(await failure(login({ stat: "Not_ok", emsg: "Something else" }, status))).toMatchObject({
        code: status === 429 ? "rate_limited" : "broker_unavailable",
        broker: "rmoney",
        detail: "Something else",
      });
  });

  it.each([
    ["message", { status: "Not_Ok", message: "Session Expired" }, "Session Expired"],
    ["emsg", { stat: "Not_ok", emsg: "Unauthorized" }, "Unauthorized"],
    ["no JSON", "Unauthorized", undefined],
    ["null", null, undefined],
  ])(
    "R-08 a call that is answered 401 ends the session, with the words of %s",
    async (_what, body, detail) => {
      const client = at(body, 401);
      expect(await failure(client.fetch(session, "/open-api/od/v1/limits"))).toMatchObject({
        code: "login_needed",
        broker: "rmoney",
        detail,
      });
      expect(client.ended({ status: 401, headers: new Headers(), body })).toBe("user");
      for (const status of [400, 402, 403, 500]) {
        expect(at(body).ended({ status, headers: new Headers(), body }), String(status)).toBeUndefined();
      }
    },
  );

  it("R-08 the profile is asked for with the bearer token, and tells the account in its first result", async () => {
    const watch = watched(answering({ status: "Ok", message: "Success", result: [{ clientId: "U1" }] }));
    const client = rmoney(keys, { fetch: watch.fetch, now: () => morningMs });
    expect((await client.prove(session)).account).toBe("U1");
    expect(watch.sent.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      "GET https://weblive.rmoneyindia.net/open-api/od/v1/profile/ ",
    ]);
    expect(watch.sent[0]?.headers.get("authorization")).toBe("Bearer opaque-session");
  });

  it.each([
    ["no result", {}],
    ["an empty one", { result: [] }],
    ["an empty one and the account beside it", { result: [], clientId: "U1" }],
    ["one without the account", { result: [{ name: "x" }] }],
  ])("R-08 a profile with %s proves nothing", async (_what, changes) => {
    expect(await failure(at({ status: "Ok", message: "Success", ...changes }).prove(session))).toMatchObject({
      code: "answer_unreadable",
      broker: "rmoney",
      field: "clientId",
    });
  });

  it("R-08 a profile without the envelope's status proves nothing", async () => {
    expect(await failure(at({ result: [{ clientId: "U1" }] }).prove(session))).toMatchObject({
      code: "answer_unreadable",
      broker: "rmoney",
      field: expect.stringContaining("status"),
    });
  });

  it("R-01 an app code that has no encoding begins no login", async () => {
    expect(await failure(rmoney({ ...keys, appCode: "a\ud800" }).begin())).toMatchObject({
      code: "input_invalid",
      broker: "rmoney",
      field: "appcode",
    });
  });

  it("R-08 a session without its token opens nothing", async () => {
    const { secrets: _, ...rest } = session;
    expect(await failure(at({}).callHeaders({ ...rest, secrets: {} }))).toMatchObject({
      code: "session_unreadable",
      broker: "rmoney",
      field: "userSession",
    });
  });

  it("R-10 a daily logout that is no time of day is refused", () => {
    expect(() => rmoney({ ...keys, dailyLogout: "7:00" })).toThrow(/^rmoney: .*\(dailyLogout\)$/);
    expect(rmoney({ ...keys, dailyLogout: "07:00" }).id).toBe("rmoney");
  });

  it("X-02 a login that fails at its exchange has used its attempt", async () => {
    const client = at({ stat: "Not_ok", emsg: "Invalid auth code" });
    const { attempt } = await client.begin();
    const back = `${keys.redirectUri}?authCode=AC&userId=U1`;
    expect((await failure(client.complete(attempt, back))).code).toBe("exchange_refused");
    expect((await failure(client.complete(attempt, back))).code).toBe("attempt_used");
  });

  it("cancelled by its caller, the exchange says so", async () => {
    const client = at(success);
    const { attempt } = await client.begin();
    const signal = AbortSignal.abort();
    const back = `${keys.redirectUri}?authCode=AC&userId=U1`;
    expect(await failure(client.complete(attempt, back, { signal }))).toMatchObject({ code: "aborted" });
  });
});
