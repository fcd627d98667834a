import { beforeEach, describe, expect, it } from "vitest";
import { readSession } from "../../src/brokers/ventura.js";
import { Secret, type Session, ventura } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure } from "../broker-rig.js";
import { answer, at, back, data, keys, loginMs, newSession, now, sample } from "./ventura.sample.js";

const endMs = 1_737_534_411_000;
let session: Session<"ventura">;
beforeEach(() => {
  session = newSession();
});

async function login(body: unknown, status = 200) {
  const client = at(body, status);
  const { attempt } = await client.begin({ state: "s" });
  return client.complete(attempt, back);
}

describe("what Ventura's answer to a login says", () => {
  it("V-10 the session begins, and was last used, at its login", async () => {
    expect(await login(sample)).toEqual(session);
    expect(session).toMatchObject({
      broker: "ventura",
      account: "AA0605",
      confirmed: true,
      startedAt: loginMs,
      usedAt: loginMs,
      clocks: [{ kind: "moment", at: endMs }],
    });
  });

  it("V-11 where the token's own exp comes before auth_expiry, that is the end, and never a later one", () => {
    const token = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.x`;
    const end = (exp: number) => readSession(answer({ ...sample, auth_token: token(exp) }), loginMs).clocks;
    expect(end(endMs / 1000 - 60)).toEqual([{ kind: "moment", at: endMs - 60_000 }]);
    expect(end(endMs / 1000 + 60)).toEqual([{ kind: "moment", at: endMs }]);
  });

  it.each(["auth_expiry", "refresh_expiry"])("V-12 a %s that is no moment is named", async (field) => {
    expect(await failure(login({ ...sample, [field]: "tomorrow" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "ventura",
      field,
    });
  });

  it("V-08 the exchange is posted with the app key, and every field of its answer is needed", async () => {
    const watch = watched(answering(sample));
    const client = ventura(keys, { fetch: watch.fetch, now });
    const { attempt } = await client.begin({ state: "s" });
    await client.complete(attempt, back);
    const [{ method, url, headers, body } = {}] = watch.sent;
    expect(`${method} ${url}`).toBe(
      "POST https://easeapi.venturasecurities.com/login/v1/authorization/token",
    );
    expect(headers?.get("x-app-key")).toBe("APP");
    expect(JSON.parse(body ?? "")).toEqual({ request_token: "t", data });
    expect(await failure(login({}))).toMatchObject({
      code: "answer_unreadable",
      broker: "ventura",
      field: "client_id, auth_token, auth_expiry, refresh_token, refresh_expiry",
    });
  });

  it("V-02 an app key that has no encoding begins no login", async () => {
    expect(await failure(ventura({ ...keys, appKey: "a\ud800" }).begin({ state: "s" }))).toMatchObject({
      code: "input_invalid",
      broker: "ventura",
      field: "app_key",
    });
  });

  it("V-10 a token that no header can carry is named", async () => {
    expect(await failure(login({ ...sample, auth_token: "two\nlines" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "ventura",
      field: "auth_token",
    });
  });

  it.each(["message", "error_message", "detail"])("V-14 the broker's words stand in %s", async (name) => {
    for (const status of [200, 400, 401, 499])
      expect(await failure(login({ [name]: "No such token" }, status))).toMatchObject({
        code: "exchange_refused",
        broker: "ventura",
        status,
        detail: "No such token",
      });
  });

  it("V-14 of several words the message counts first, then the error_message", async () => {
    const both = { detail: "3", error_message: "2" };
    expect((await failure(login(both))).detail).toBe("2");
    expect((await failure(login({ ...both, message: "1" }))).detail).toBe("1");
  });

  it.each([
    [429, "rate_limited"],
    [500, "broker_unavailable"],
    [503, "broker_unavailable"],
  ])("V-14 words with status %i are no refusal but %s", async (status, code) => {
    expect(await failure(login({ message: "Later" }, status))).toMatchObject({
      code,
      broker: "ventura",
      detail: "Later",
    });
  });

  it("V-14 a token counts though words stand beside it, and no words without a token are an answer unread", async () => {
    expect((await login({ ...sample, message: "Welcome" })).account).toBe("AA0605");
    expect((await failure(login({ message: 7 }))).code).toBe("answer_unreadable");
    expect((await failure(login(null))).code).toBe("answer_unreadable");
    for (const status of [400, 404])
      expect((await failure(login("gone", status))).code).toBe("exchange_refused");
  });
});

describe("what Ventura's answers to calls say", () => {
  it.each([
    ["401", 401, { message: "Unauthorized" }, "user"],
    ["session_expired", 200, { session_expired: true, message: "Log in" }, "user"],
    ["session_expired that is no yes", 200, { session_expired: "true" }, undefined],
    ["403", 403, { message: "No" }, undefined],
    ["no object", 200, null, undefined],
  ])("V-15 %s tells whether the session has ended", async (_what, status, body, whose) => {
    expect(at({}).ended(answer(body, status))).toBe(whose);
    if (whose)
      expect(await failure(at(body, status).fetch(session, "/user/v1/profile"))).toMatchObject({
        code: "login_needed",
        detail: (body as { message: string }).message,
      });
  });

  it("V-15 the profile proves a session, and does not name the account", async () => {
    const watch = watched(answering({ status: "success", data: { user_name: "A. Client" } }));
    const client = ventura(keys, { fetch: watch.fetch, now });
    expect(await client.prove(session)).toMatchObject({ account: "AA0605", confirmed: true });
    const [{ method, url, headers } = {}] = watch.sent;
    expect(`${method} ${url}`).toBe("GET https://easeapi.venturasecurities.com/user/v1/profile");
    expect(Object.fromEntries(headers ?? [])).toEqual({
      "x-app-key": "APP",
      "x-client-id": "AA0605",
      authorization: "Bearer opaque-auth-token",
    });
  });

  it.each([
    ["data", { status: "success" }],
    ["status", { data: { user_name: "A. Client" } }],
    ["user_name", { status: "success", data: {} }],
  ])("V-15 a profile without %s proves nothing", async (field, body) => {
    expect(await failure(at(body).prove(session))).toMatchObject({
      code: "answer_unreadable",
      broker: "ventura",
      field,
    });
  });

  it.each([
    ["the account", { account: undefined }, "input_invalid", "account"],
    ["its token", { secrets: {} }, "session_unreadable", "auth_token"],
  ])("V-15 a session without %s opens nothing", async (_what, without, code, field) => {
    expect(await failure(at({}).callHeaders({ ...session, ...without }))).toMatchObject({
      code,
      broker: "ventura",
      field,
    });
    expect(Object.keys(await at({}).callHeaders(session))).toHaveLength(3);
  });

  it("V-15 an app key that no header can carry is never sent", async () => {
    const client = ventura({ ...keys, appKey: "two\nlines" }, { fetch: answering(sample), now });
    const { attempt } = await client.begin({ state: "s" });
    const error = { code: "input_invalid", broker: "ventura", field: "appKey" };
    expect(await failure(client.complete(attempt, back))).toMatchObject(error);
    expect(await failure(client.callHeaders(session))).toMatchObject(error);
    const given = { clientId: "AA0605", password: "1", totp: "1", macAddress: "AA:BB:CC:DD:EE:FF" };
    expect(await failure(client.loginWithTotp(given))).toMatchObject(error);
  });
});

describe("Ventura's logout", () => {
  const logout = (body: unknown, status = 200, of = session) => at(body, status).logout(of);

  it("V-15 sends the refresh token with the call's headers", async () => {
    const watch = watched(answering({ success: true, message: "User logged out successfully" }));
    await ventura(keys, { fetch: watch.fetch, now }).logout(session);
    const [{ method, url, headers, body } = {}] = watch.sent;
    expect(`${method} ${url}`).toBe("POST https://easeapi.venturasecurities.com/user/v1/logout");
    expect(JSON.parse(body ?? "")).toEqual({ refresh_token: "opaque-refresh-token" });
    expect(headers?.get("authorization")).toBe("Bearer opaque-auth-token");
  });

  it.each([
    ["a success", { success: true }, 200],
    ["a session that has ended already", { message: "Unauthorized" }, 401],
    ["the same, said with another status", { session_expired: true }, 400],
  ])("V-15 is done by %s", async (_what, body, status) => {
    expect(await logout(body, status)).toBeUndefined();
  });

  it.each([
    [200, { success: false, message: "Not now" }, "logout_refused"],
    [400, { success: false, message: "Not now" }, "logout_refused"],
    [429, { success: true, message: "Not now" }, "rate_limited"],
    [500, { success: true, message: "Not now" }, "broker_unavailable"],
    [503, { success: true, message: "Not now" }, "broker_unavailable"],
  ])("V-15 is not done by %i and %j", async (status, body, code) => {
    expect(await failure(logout(body, status))).toMatchObject({
      code,
      broker: "ventura",
      detail: "Not now",
      status,
    });
  });

  it("V-15 is not done by an answer that does not say so, nor without a refresh token", async () => {
    expect(await failure(logout({ message: "Bye" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "ventura",
      field: "success",
    });
    const without = { ...session, secrets: { auth_token: new Secret("a") } };
    expect(await failure(logout({ success: true }, 200, without))).toMatchObject({
      code: "session_unreadable",
      field: "refresh_token",
    });
  });
});

it("V-12 a daily logout that is set ends a session besides, and one that is no time of day is refused", async () => {
  const client = ventura({ ...keys, dailyLogout: "07:00" }, { fetch: answering(sample), now });
  const { attempt } = await client.begin({ state: "s" });
  const daily = { kind: "daily", time: "07:00", utcOffset: "+05:30", by: "exchanges" };
  expect((await client.complete(attempt, back)).clocks).toEqual([...session.clocks, daily]);
  expect(() => ventura({ ...keys, dailyLogout: "7:00" })).toThrow(/^ventura: .*\(dailyLogout\)$/);
});
