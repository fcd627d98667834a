import { fingerprint } from "@kunji/sandbox";
import { afterEach, describe, expect, it } from "vitest";
import { sessionFrom, toStored, ventura } from "../../src/index.js";
import { altered, answering, watched, withFields } from "../altered-answers.js";
import { brokerRig, failure, morningMs } from "../broker-rig.js";

const exchangePath = "/login/v1/authorization/token";
const dayMs = 86_400_000;
const keys = {
  appKey: "APP",
  appSecret: "SECRET",
  redirectUri: "https://app.example/callback",
};
/** What the page prints, but for its tokens. */
const sample = {
  client_id: "AA0605",
  auth_token: "opaque-auth-token",
  auth_expiry: "2025-01-22 13:56:51",
  refresh_token: "opaque-refresh-token",
  refresh_expiry: "2025-01-24 13:56:51",
};

describe("Ventura, the client's side", () => {
  const v = brokerRig("ventura");
  const exchanges = () => v.received(exchangePath);

  it("V-02 a login starts at the login URL on the API host, with the app key", async () => {
    const client = ventura(keys, { fetch: answering({}) });
    const url = new URL((await client.begin({ state: "s" })).url);
    expect(url.origin + url.pathname).toBe("https://easeapi.venturasecurities.com/auth/v1/login");
    expect(Object.fromEntries(url.searchParams)).toEqual({ app_key: "APP", state: "s" });
  });

  it("V-02 without a state of the caller's each login has a random one of its own", async () => {
    const client = await v.open();
    const states = await Promise.all(
      [1, 2, 3].map(async () => new URL((await client.begin()).url).searchParams.get("state") ?? ""),
    );
    expect(new Set(states).size).toBe(3);
    for (const state of states) expect(state).toMatch(/^[0-9a-f]{32}$/);
    expect(await v.received()).toEqual([]);
  });

  it.each([
    ["unicode", "कुंजी-🔑-é"],
    ["separators", "a&b=c+d e%20f?#/"],
    ["2 kB", "x&=+ é🔑".repeat(256)],
  ])("V-03 a state of %s comes back unchanged and completes the login", async (_what, state) => {
    const client = await v.open();
    const { url, attempt } = await client.begin({ state });
    const callback = await v.back(url);
    expect(new URL(callback).searchParams.get("state")).toBe(state);
    expect((await client.complete(attempt, callback)).account).toBe("AA0605");
  });

  it("V-03 a state that came back changed by one character does not complete the login", async () => {
    const client = await v.open();
    const { url, attempt } = await client.begin({ state: "a+b" });
    const callback = await v.back(url);
    const changed = new URL(callback);
    changed.searchParams.set("state", "a b");
    expect(await failure(client.complete(attempt, changed.href))).toMatchObject({ code: "state_mismatch" });
    expect(await exchanges()).toEqual([]);
    await client.complete(attempt, callback);
  });

  it("V-05 the request token of the registered URL is what is exchanged", async () => {
    const client = await v.open();
    const { url, attempt } = await client.begin();
    const callback = await v.back(url);
    expect(callback).toMatch(/^http:\/\/127\.0\.0\.1:4702\/callback\/ventura\?request_token=\w{10}&state=/);
    await client.complete(attempt, callback);
    const token = new URL(callback).searchParams.get("request_token") ?? "";
    expect((await exchanges()).map(({ body }) => body)).toMatchObject([
      { request_token: fingerprint(token) },
    ]);
  });

  it("V-05 a callback without a request token, or at another address, is exchanged for nothing", async () => {
    const client = await v.open();
    const { url, attempt } = await client.begin();
    const callback = await v.back(url);
    const bare = new URL(callback);
    bare.searchParams.delete("request_token");
    const elsewhere = callback.replace("/callback/ventura", "/callback/other");
    expect((await failure(client.complete(attempt, bare.href))).code).toBe("callback_invalid");
    expect((await failure(client.complete(attempt, elsewhere))).code).toBe("attempt_mismatch");
    expect(await exchanges()).toEqual([]);
    await client.complete(attempt, callback);
  });

  it("V-08 the exchange is a POST of JSON with the app key in its header and nothing else", async () => {
    const watch = watched(v.fetch);
    const client = await v.open({}, { fetch: watch.fetch });
    await v.login(client);
    const [received, ...more] = await exchanges();
    expect(more).toEqual([]);
    expect(received).toMatchObject({ method: "POST", path: exchangePath, query: {}, status: 200 });
    expect(received?.headers).toMatchObject({
      "content-type": "application/json",
      "x-app-key": v.app().app_key,
    });
    expect(received?.headers).not.toHaveProperty("authorization");
    expect(Object.keys(JSON.parse(watch.sent[0]?.body ?? "")).sort()).toEqual(["data", "request_token"]);
  });

  it("V-09 data is the hex SHA-256 of key and secret, joined, and the same at every login", async () => {
    const watch = watched(answering(sample));
    const client = ventura(keys, { fetch: watch.fetch });
    for (const token of ["first00000", "second0000"]) {
      const { attempt } = await client.begin({ state: "s" });
      await client.complete(attempt, `${keys.redirectUri}?request_token=${token}&state=s`);
    }
    expect(watch.sent.map(({ body }) => JSON.parse(body).data)).toEqual([
      "0d3e7fd9d5f38d9d23bdee9f2957219930c53ac66fc884f901f4a0934fbb0f00",
      "0d3e7fd9d5f38d9d23bdee9f2957219930c53ac66fc884f901f4a0934fbb0f00",
    ]);
  });

  it("V-10 what the client does not know in the answer is ignored", async () => {
    const client = await v.open();
    const plain = await v.login(client);
    await v.fault("extra-fields", exchangePath);
    const session = await v.login(client);
    expect(Object.keys(session)).toEqual(Object.keys(plain));
    expect(Object.keys(session.secrets).sort()).toEqual(["auth_token", "refresh_token"]);
    expect(toStored(session)).not.toMatch(/new_field|polluted/);
    expect((await client.prove(session)).account).toBe("AA0605");
  });

  it.each(Object.keys(sample))("V-10 an answer without %s is no session", async (field) => {
    const client = await v.open();
    await v.fault("missing-field", exchangePath, { field });
    expect(await failure(v.login(client))).toMatchObject({ code: "answer_unreadable", field });
    await v.login(client);
  });

  it("V-11 the session ends with its token, 24 hours after the login, and is not sent from then on", async () => {
    const client = await v.open();
    const session = await v.login(client);
    const [, payload = ""] = session.secrets.auth_token?.reveal().split(".") ?? [];
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(client.endsAt(session)).toMatchObject({ at: morningMs + dayMs, why: "moment", ended: false });
    expect(client.endsAt(session)).toMatchObject({ at: exp * 1000 });
    await v.advance("23h59m59s");
    const response = await client.fetch(session, "/user/v1/profile");
    const { session: used } = response;
    expect(response.status).toBe(200);
    await v.advance("1s");
    const before = (await v.received()).length;
    expect((await failure(client.fetch(used, "/user/v1/profile"))).code).toBe("login_needed");
    expect(await v.received()).toHaveLength(before);
  });

  describe("in any time zone of the process", () => {
    const zone = process.env.TZ;
    afterEach(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });

    it.each(["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])(
      "V-12 auth_expiry is read on India's clock where the process is in %s",
      async (timeZone) => {
        process.env.TZ = timeZone;
        const client = ventura(keys, { fetch: answering(sample), now: () => 1_737_448_011_000 });
        const { attempt } = await client.begin({ state: "s" });
        const session = await client.complete(attempt, `${keys.redirectUri}?request_token=t&state=s`);
        expect(client.endsAt(session)).toMatchObject({ at: 1_737_534_411_000 });
        expect(session.refreshEndsAt).toBe(1_737_707_211_000);
      },
    );
  });

  it.each(["2025-02-30 10:00:00", "2025-01-22T13:56:51", "2025-01-22 13:56:51Z", "22-01-2025 13:56:51", ""])(
    "V-12 an auth_expiry of «%s» is no instant",
    async (auth_expiry) => {
      const at = (text: string) =>
        v.open({}, { fetch: altered(v.fetch, exchangePath, withFields({ auth_expiry: text })) });
      const error = await failure(v.login(await at(auth_expiry)));
      expect(error).toMatchObject({ code: "answer_unreadable", field: "auth_expiry" });
      await v.login(await at("2026-11-24 10:00:00"));
    },
  );

  it("V-13 the refresh token is kept as it came, until 72 hours after the login", async () => {
    const opaque = { refresh_token: "no jwt, no jwe: anything" };
    const client = await v.open({}, { fetch: altered(v.fetch, exchangePath, withFields(opaque)) });
    const session = await v.login(client);
    expect(session.secrets.refresh_token?.reveal()).toBe("no jwt, no jwe: anything");
    expect(session.refreshEndsAt).toBe(morningMs + 3 * dayMs);
    expect(sessionFrom(toStored(session), "ventura")).toEqual(session);
  });

  it.each([
    ["a wrong checksum", { appSecret: "not-the-secret" }, "Invalid data"],
    ["an unknown app", { appKey: "NOBODY" }, "Invalid app key"],
  ])("V-14 %s is refused with the broker's words", async (_what, flaw, detail) => {
    const [good, bad] = [await v.open(), await v.open(flaw)];
    const { url } = await good.begin({ state: "s" });
    const { attempt } = await bad.begin({ state: "s" });
    expect(await failure(bad.complete(attempt, await v.back(url)))).toMatchObject({
      code: "exchange_refused",
      action: "log_in",
      detail,
    });
    await v.login(good);
  });

  it.each(["spent-code", "expired-code"])("V-14 a request token is refused after %s", async (fault) => {
    const client = await v.open();
    await v.fault(fault, exchangePath);
    const error = await failure(v.login(client));
    expect(error.code).toBe("exchange_refused");
    expect(error.detail).toMatch(/^(Invalid request token|Request token expired)$/);
    await v.login(client);
  });

  it("V-14 another app's request token is refused", async () => {
    const other = (await v.presets()).ventura as unknown as { apps: { gateway: { app_key: string } } };
    const client = await v.open();
    const { url, attempt } = await client.begin({ state: "s" });
    const theirs = new URL(await v.back(url, { app_key: other.apps.gateway.app_key }));
    const ours = new URL(await v.back(url));
    const foreign = `${ours.origin}${ours.pathname}${theirs.search}`;
    expect(await failure(client.complete(attempt, foreign))).toMatchObject({ code: "exchange_refused" });
    await v.login(client);
  });

  it.each([200, 202, 400, 401, 403, 404, 409, 422])(
    "V-14 words instead of a token are a refusal with status %i",
    async (status) => {
      const words = () => ({ status: "error", message: "Request token is spent" });
      const client = await v.open({}, { fetch: altered(v.fetch, exchangePath, words, status) });
      expect(await failure(v.login(client))).toMatchObject({
        code: "exchange_refused",
        status,
        detail: "Request token is spent",
      });
      const honest = altered(v.fetch, exchangePath, (fields) => fields);
      await v.login(await v.open({}, { fetch: honest }));
    },
  );

  it("V-15 later calls carry app key, client id and bearer token, the profile first", async () => {
    const client = await v.open();
    const session = await v.login(client);
    const proven = await client.prove(session);
    const response = await client.fetch(proven, "/user/v1/profile");
    expect(((await response.json()) as { status: string }).status).toBe("success");
    const calls = (await v.received()).slice(1);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill("GET /user/v1/profile"),
    );
    for (const { headers } of calls)
      expect(headers).toMatchObject({
        "x-app-key": v.app().app_key,
        "x-client-id": "AA0605",
        authorization: `Bearer ${fingerprint(session.secrets.auth_token?.reveal() ?? "")}`,
      });
  });

  it("V-15 logout sends the refresh token and ends the session", async () => {
    const client = await v.open();
    const session = await v.login(client);
    const other = await v.login(client);
    await client.logout(session);
    expect((await v.received("/user/v1/logout")).map(({ method, body }) => ({ method, body }))).toEqual([
      {
        method: "POST",
        body: { refresh_token: fingerprint(session.secrets.refresh_token?.reveal() ?? "") },
      },
    ]);
    expect((await failure(client.fetch(session, "/user/v1/profile"))).code).toBe("login_needed");
    expect((await client.fetch(other, "/user/v1/profile")).status).toBe(200);
  });

  it("V-15 there is no refresh", async () => {
    const client = await v.open();
    expect(client).not.toHaveProperty("refresh");
    expect(ventura.traits.refresh).toBe(false);
    expect(client).toHaveProperty("logout");
  });
});
