import { beforeEach, describe, expect, it } from "vitest";
import { readLogin } from "../../src/brokers/autoshares.js";
import { autoshares, type OneMoreStep, Secret, type Session } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure, morningMs } from "../broker-rig.js";

const keys = { appKey: "APP-KEY" };
const user = { username: "user", password: "pass word" };
const dayMs = 86_400_000;
const now = () => morningMs;
const answer = (body: unknown, status = 200) => ({ status, headers: new Headers(), body, sent: [] });
const succeeded = { State: "Succeeded", Token: "opaque" };
let session: Session<"autoshares">;
beforeEach(() => {
  session = readLogin(answer(succeeded), morningMs, dayMs) as Session<"autoshares">;
});

const at = (body: unknown, status = 200) => autoshares(keys, { fetch: answering(body, status), now });
const login = (body: unknown, status = 200) => at(body, status).login(user);
/** The headers of one login. */
async function sent(second?: { readonly step: OneMoreStep; readonly code: string | Secret }) {
  const watch = watched(answering(succeeded));
  await autoshares(keys, { fetch: watch.fetch, now }).login({ ...user, ...(second && { second }) });
  const [{ method, url, headers, body } = {}] = watch.sent;
  expect(`${method} ${url} ${body}`).toBe("POST https://pub-api-et-demo-prod.etnasoft.us/api/token ");
  return Object.fromEntries(headers ?? []);
}

describe("AutoShares' login", () => {
  const names = { "et-app-key": "APP-KEY", username: "user", password: "pass word" };
  const step = (needs: OneMoreStep["needs"]) => ({ needs, interim: new Secret("interim") });

  it("A-01 carries app key, user name and password in its headers and nothing in its body", async () => {
    expect(await sent()).toEqual(names);
  });

  it("A-10 carries the code of a second step in the header of its kind, with the interim token", async () => {
    const bearer = { ...names, authorization: "Bearer interim" };
    expect(await sent({ step: step("verification_code"), code: "123456" })).toEqual({
      ...bearer,
      verificationcode: "123456",
    });
    expect(await sent({ step: step("pin"), code: new Secret("9999") })).toEqual({
      ...bearer,
      pincode: "9999",
    });
  });

  it.each([
    ["appKey", { appKey: "₹" }, user],
    ["username", keys, { ...user, username: "₹" }],
    ["password", keys, { ...user, password: "two\nlines" }],
    ["code", keys, { ...user, second: { step: step("pin"), code: " 1" } }],
    ["interim", keys, { ...user, second: { step: { ...step("pin"), interim: new Secret("") }, code: "1" } }],
  ])("A-09 sends nothing where %s can't travel in a header, and names it", async (field, app, input) => {
    const watch = watched(answering(succeeded));
    const client = autoshares(app, { fetch: watch.fetch, now });
    expect(await failure(client.login(input))).toMatchObject({
      code: "input_invalid",
      broker: "autoshares",
      field,
    });
    expect(watch.sent).toEqual([]);
  });

  it("A-04 makes a session that ends 24 hours after it began, or after the time that is set", async () => {
    expect(await login(succeeded)).toEqual(session);
    expect(session).toMatchObject({
      broker: "autoshares",
      account: undefined,
      confirmed: true,
      startedAt: morningMs,
      usedAt: morningMs,
      clocks: [{ kind: "moment", at: morningMs + dayMs }],
    });
    const hourly = autoshares({ ...keys, lifetimeMs: 3_600_000 }, { fetch: answering(succeeded), now });
    expect(hourly.endsAt((await hourly.login(user)) as Session<"autoshares">)).toMatchObject({
      at: morningMs + 3_600_000,
    });
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("A-04 can't last %d ms", async (lifetimeMs) => {
    const made = async () => autoshares({ ...keys, lifetimeMs });
    expect(await failure(made())).toMatchObject({
      code: "input_invalid",
      broker: "autoshares",
      field: "lifetimeMs",
    });
    expect(autoshares({ ...keys, lifetimeMs: 1 }).id).toBe("autoshares");
  });

  it("can be cancelled, as the logout can", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(at(succeeded).login({ ...user, signal }))).code).toBe("aborted");
    expect((await failure(at({}).logout(session, { signal }))).code).toBe("aborted");
  });
});

describe("what AutoShares' answer to a login says", () => {
  it.each([200, 400, 403, 404, 499])(
    "A-05 words in error refuse the app key, with status %i too",
    async (status) => {
      const error = "Application key is not defined or does not exist";
      expect(await failure(login({ error }, status))).toMatchObject({
        code: "keys_refused",
        broker: "autoshares",
        detail: error,
        status,
      });
    },
  );

  it("A-05 a fault of the broker's refuses no key, nor does an error that is no text", async () => {
    expect((await failure(login({ error: "Oops" }, 500))).code).toBe("broker_unavailable");
    expect(await login({ ...succeeded, error: 7 })).toMatchObject({ broker: "autoshares" });
    for (const body of [null, "error", [{ error: "Oops" }]])
      expect((await failure(login(body, 403))).code).toBe("answer_unreadable");
  });

  it.each([
    ["BaseAuthentication", "credentials_refused"],
    ["Something new", "credentials_refused"],
    [undefined, "credentials_refused"],
    ["VerificationCode", "second_factor_refused"],
    ["SecutityPin", "second_factor_refused"],
    ["SecurityPin", "second_factor_refused"],
  ])("A-06 Failed at the step %s is %s, in the broker's words", async (Step, code) => {
    expect(await failure(login({ State: "Failed", Step, Reason: "Not so" }, 401))).toMatchObject({
      code,
      broker: "autoshares",
      detail: "Not so",
    });
  });

  it.each([
    ["VerificationCode", "verification_code"],
    ["SecutityPin", "pin"],
    ["SecurityPin", "pin"],
  ])("A-10 Expecting at the step %s asks for the %s", async (Step, needs) => {
    const step = await login({ State: "Expecting", Step, Token: "interim" }, 202);
    expect(step).toEqual({ needs, interim: new Secret("interim") });
    expect((step as OneMoreStep).interim.reveal()).toBe("interim");
  });

  it.each([
    [{ State: "Expecting", Step: "Dance", Token: "t", Reason: "Dance first" }, "State, Step"],
    [{ State: "Expecting", Token: "t", Reason: "Dance first" }, "State, Step"],
    [{ State: "Waiting", Step: "SecurityPin", Token: "t", Reason: "Dance first" }, "State"],
    [{ State: "Succeeded", Reason: "Dance first" }, "Token"],
    [{ State: "Succeeded", Token: "", Reason: "Dance first" }, "Token"],
  ])("A-02 %j is no success and no step that is known", async (body, field) => {
    expect(await failure(login(body))).toMatchObject({
      code: "answer_unreadable",
      broker: "autoshares",
      field,
      detail: "Dance first",
    });
  });

  it("A-02 an answer without a State is none", async () => {
    expect(await failure(login({ Token: "opaque" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "autoshares",
      field: "State",
    });
  });

  it("A-02 a token that no header can carry is named", async () => {
    expect(await failure(login({ ...succeeded, Token: "two\nlines" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "autoshares",
      field: "Token",
    });
  });
});

describe("what AutoShares' answers to calls say", () => {
  it.each([
    ["Message", { Message: "Token expired" }, "Token expired"],
    ["Reason", { Reason: "No token" }, "No token"],
    ["Message before Reason", { Message: "Token expired", Reason: "No token" }, "Token expired"],
    ["nothing", null, undefined],
  ])("A-03 a 401 ends the session, with the words of %s", async (_what, body, detail) => {
    expect(await failure(at(body, 401).fetch(session, "/v1.0/users/@me/info"))).toMatchObject({
      code: "login_needed",
      broker: "autoshares",
      detail,
    });
    expect(at({}).ended(answer(body, 401))).toBe("user");
    for (const status of [200, 400, 403, 500]) expect(at({}).ended(answer(body, status))).toBeUndefined();
  });

  it("A-03 every call carries app key and bearer token", async () => {
    const headers = await at({}).callHeaders(session);
    const shown = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]);
    expect(Object.fromEntries(shown)).toEqual({ "et-app-key": "APP-KEY", authorization: "Bearer opaque" });
    expect(await failure(at({}).callHeaders({ ...session, secrets: {} }))).toMatchObject({
      code: "session_unreadable",
      broker: "autoshares",
      field: "token",
    });
    const unsendable = autoshares({ appKey: "₹" }, { now });
    expect(await failure(unsendable.callHeaders(session))).toMatchObject({
      broker: "autoshares",
      field: "appKey",
    });
  });

  it("A-13 the user's own information tells the account", async () => {
    const watch = watched(answering({ UserId: 7, Login: "user" }));
    const client = autoshares(keys, { fetch: watch.fetch, now });
    expect((await client.prove(session)).account).toBe("user");
    expect(watch.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://pub-api-et-demo-prod.etnasoft.us/api/v1.0/users/@me/info",
    ]);
    expect(await failure(at({ UserId: 7 }).prove(session))).toMatchObject({
      code: "answer_unreadable",
      broker: "autoshares",
      field: "Login",
    });
  });

  it("a logout is a POST with the call's headers", async () => {
    const watch = watched(answering(""));
    await autoshares(keys, { fetch: watch.fetch, now }).logout(session);
    const [{ method, url, headers } = {}] = watch.sent;
    expect(`${method} ${url}`).toBe("POST https://pub-api-et-demo-prod.etnasoft.us/api/logout");
    expect(headers?.get("authorization")).toBe("Bearer opaque");
  });

  it.each([
    [200, undefined],
    [204, undefined],
    [399, undefined],
    [400, "logout_refused"],
    [401, undefined],
    [403, "logout_refused"],
    [429, "rate_limited"],
    [499, "logout_refused"],
    [500, "broker_unavailable"],
    [503, "broker_unavailable"],
  ])("a logout answered %i throws %s", async (status, code) => {
    const fetch = async () => new Response(null, { status });
    const done = autoshares(keys, { fetch, now }).logout(session);
    if (code) expect(await failure(done)).toMatchObject({ code, broker: "autoshares" });
    else expect(await done).toBeUndefined();
  });
});
