import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checksum } from "../../src/brokers/ventura.js";
import {
  type Box,
  HOUR,
  MINUTE,
  MORNING_MS,
  openSandbox,
  registerApp,
  submitForm,
} from "./sandbox-fixture.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
const headerText = (token: string) => Buffer.from(token.split(".")[0] ?? "", "base64url").toString();

describe("Ventura's side", () => {
  let box: Box;
  beforeAll(async () => {
    box = await openSandbox();
  });
  beforeEach(() => box.at(MORNING_MS));
  afterAll(() => box.close());

  const EXCHANGE = "/login/v1/authorization/token";
  const data = (name: "cli" | "gateway" = "cli"): string =>
    sha256(`${box.app("ventura", name).app_key}${box.app("ventura", name).app_secret}`);
  const appKey = (name: "cli" | "gateway" = "cli") => box.app("ventura", name).app_key ?? "";
  const login = (more: Record<string, unknown> = {}) =>
    box.login("ventura", { app_key: appKey(), username: "AA0605", ...more });
  const requestToken = async (more = {}) => (await login(more)).searchParams.get("request_token") ?? "";
  const exchange = (request_token: string, more: { key?: string; data?: string; headers?: object } = {}) =>
    box.send(
      "ventura",
      "POST",
      EXCHANGE,
      { "content-type": "application/json", "x-app-key": more.key ?? appKey(), ...more.headers },
      { request_token, data: more.data ?? data() },
    );
  const session = async (username = "AA0605") => {
    const { status, json: answer } = await exchange(await requestToken({ username }));
    expect(status).toBe(200);
    return {
      answer,
      headers: {
        "x-app-key": appKey(),
        "x-client-id": answer.client_id as string,
        authorization: `Bearer ${answer.auth_token}`,
      },
    };
  };

  it("V-01 the portal gives a registered app its keys, and they work", async () => {
    const { keys } = await registerApp(box, "ventura", {
      name: "Ledger of Leela",
      redirect_url: "http://127.0.0.1:9/back",
    });
    const { "App key": app_key = "", "App secret": secret = "" } = keys;
    const url = await login({ app_key });
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:9\/back\?request_token=/);
    const token = url.searchParams.get("request_token") ?? "";
    expect((await exchange(token, { key: app_key, data: sha256(app_key + secret) })).status).toBe(200);
  });

  it("V-02 a login starts at /auth/v1/login with app_key, and state may be left out", async () => {
    expect((await box.send("ventura", "GET", `/auth/v1/login?app_key=${appKey()}`)).status).toBe(200);
    expect((await box.send("ventura", "GET", "/auth/v1/login?app_key=nobody")).status).toBe(400);
    expect((await box.send("ventura", "GET", "/auth/v1/login")).status).toBe(400);
  });

  it("V-03 whatever state carried comes back unchanged", async () => {
    for (const state of ["a", "x&y=z+w %2B", "ñandú 🪔 कुंजी", "k".repeat(2048), "#?/"]) {
      const url = await login({ state });
      expect(url.searchParams.get("state")).toBe(state);
      expect(decodeURIComponent(/[?&]state=([^&]*)/.exec(url.search)?.[1] ?? "")).toBe(state);
    }
  });

  it("V-04 without a state none comes back", async () => {
    expect([...(await login()).searchParams.keys()]).toEqual(["request_token"]);
    expect([...(await login({ state: "s" })).searchParams.keys()]).toEqual(["request_token", "state"]);
  });

  it("V-05 the right password redirects to the registered URL, a wrong one does not", async () => {
    const path = `/ventura/auth/v1/login?app_key=${appKey()}&state=s`;
    const page = await box.request(path);
    const { username, password, totp } = box.user("ventura");
    const wrong = await submitForm(box, path, page.text, { username, password: "not-it", otp: totp });
    expect(wrong.headers.get("location")).toBeNull();
    const right = await submitForm(box, path, page.text, { username, password, otp: totp });
    const back = new URL(right.headers.get("location") ?? "");
    expect(back.href.startsWith(box.app("ventura").redirect_url ?? "?")).toBe(true);
    expect(back.searchParams.get("request_token")).toMatch(/^[A-Za-z0-9]{10}$/);
  });

  it("V-06 a request_token exchanges after 9 min 59 s and not after 10 min 1 s", async () => {
    const early = await requestToken();
    const late = await requestToken();
    await box.after(10 * MINUTE - 1000);
    expect((await exchange(early)).status).toBe(200);
    await box.after(10 * MINUTE + 1000);
    const { status, json } = await exchange(late);
    expect([status, json]).toEqual([401, { status: "error", message: "Request token expired" }]);
  });

  it("V-07 a request_token works once", async () => {
    const token = await requestToken();
    expect((await exchange(token)).status).toBe(200);
    expect((await exchange(token)).status).toBe(401);
  });

  it("V-07 a request_token works only for the app it was issued to", async () => {
    const foreign = { key: appKey("gateway"), data: data("gateway") };
    expect((await exchange(await requestToken(), foreign)).status).toBe(401);
    expect((await exchange(await requestToken({ app_key: appKey("gateway") }), foreign)).status).toBe(200);
  });

  it("V-08 the exchange takes x-app-key and JSON, and ignores Authorization", async () => {
    const headers = { authorization: "Bearer undefined" };
    expect((await exchange(await requestToken(), { headers })).status).toBe(200);
    const body = { request_token: await requestToken(), data: data() };
    expect((await box.send("ventura", "POST", EXCHANGE, {}, body)).status).toBe(401);
    expect(
      (await box.send("ventura", "POST", EXCHANGE, { "x-app-key": appKey() }, "request_token=x")).status,
    ).toBe(400);
    expect((await box.send("ventura", "POST", EXCHANGE, { "x-app-key": appKey() }, body)).status).toBe(200);
  });

  it("V-09 data is the lower-case hex SHA-256 of app_key and secret", async () => {
    expect(checksum("APP", "SECRET")).toBe(
      "0d3e7fd9d5f38d9d23bdee9f2957219930c53ac66fc884f901f4a0934fbb0f00",
    );
    expect((await exchange(await requestToken(), { data: data().toUpperCase() })).status).toBe(401);
    expect((await exchange(await requestToken(), { data: data() })).status).toBe(200);
  });

  it("V-10 the answer has exactly five fields, in the page's order", async () => {
    expect(Object.keys((await session()).answer)).toEqual([
      "client_id",
      "auth_token",
      "auth_expiry",
      "refresh_token",
      "refresh_expiry",
    ]);
  });

  it("V-11 auth_token is an RS256 JWT of 24 hours with kid first, and dead after them", async () => {
    const { answer, headers } = await session();
    expect(headerText(answer.auth_token)).toMatch(/^\{"kid":"[^"]+","alg":"RS256"\}$/);
    const claims = claimsOf(answer.auth_token);
    expect(await box.verified("ventura", answer.auth_token)).toEqual(claims);
    await expect(box.verified("zebu", answer.auth_token)).rejects.toThrow();
    expect(claims.exp - claims.iat).toBe(86_400);
    expect(Object.keys(claims)).toEqual(
      "sub iss client_id origin_jti event_id token_use scope auth_time exp iat jti username".split(" "),
    );
    expect(claims).toMatchObject({ token_use: "access", username: "aa0605" });
    await box.after(24 * HOUR - 1000);
    expect((await box.send("ventura", "GET", "/user/v1/profile", headers)).status).toBe(200);
    await box.after(24 * HOUR);
    const dead = await box.send("ventura", "GET", "/user/v1/profile", headers);
    expect(dead.status).toBe(401);
    expect(dead.json).toMatchObject({ status: "error", session_expired: true });
  });

  it("V-12 auth_expiry is the token's exp on India's clock", async () => {
    const { answer } = await session();
    expect(answer.auth_expiry).toBe("2026-11-24 10:00:00");
    expect(Date.parse(`${answer.auth_expiry.replace(" ", "T")}+05:30`) / 1000).toBe(
      claimsOf(answer.auth_token).exp,
    );
  });

  it("V-13 refresh_token is a JWE and ends 72 hours after the login", async () => {
    const { answer } = await session();
    expect(answer.refresh_token.split(".")).toHaveLength(5);
    expect(headerText(answer.refresh_token)).toBe('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}');
    expect(answer.refresh_expiry).toBe("2026-11-26 10:00:00");
  });

  it("V-14 a wrong checksum, an unknown app and an unknown token are refused with the broker's words", async () => {
    const refusals = [
      await exchange(await requestToken(), { data: sha256("other") }),
      await exchange(await requestToken(), { key: "nobody" }),
      await exchange("AAAAAAAAAA"),
    ];
    for (const { status, json } of refusals) {
      expect(status).toBe(401);
      expect(json).toEqual({ status: "error", message: expect.stringMatching(/^Invalid /) });
    }
    expect((await exchange(await requestToken())).status).toBe(200);
  });

  it("V-14 a refused exchange has spent its request_token", async () => {
    const token = await requestToken();
    expect((await exchange(token, { data: "00" })).status).toBe(401);
    expect((await exchange(token)).status).toBe(401);
  });

  it("V-15 the profile answers to the three headers and to nothing less", async () => {
    const { headers } = await session();
    const profile = (given: Record<string, string>) => box.send("ventura", "GET", "/user/v1/profile", given);
    const good = await profile(headers);
    expect(good.json.status).toBe("success");
    expect(good.status).toBe(200);
    expect(Object.keys(good.json)).toEqual(["status", "data"]);
    const named =
      "user_type email mobile pan account_status user_name user_address broker exchanges products order_types segments";
    expect(Object.keys(good.json.data)).toEqual(named.split(" "));
    expect(good.json.data).toMatchObject({ user_name: "Ananya Iyer", broker: "VENTURA" });
    for (const name of ["x-app-key", "x-client-id", "authorization"]) {
      const { [name as "authorization"]: _left, ...rest } = headers;
      expect((await profile(rest)).status).toBe(401);
      expect((await profile({ ...headers, [name]: "wrong" })).status).toBe(401);
    }
    expect((await profile({ ...headers, "x-app-key": appKey("gateway") })).status).toBe(401);
  });

  it("V-15 logout wants the session's refresh_token and ends the session", async () => {
    const { answer, headers } = await session();
    const logout = (refresh_token: string) =>
      box.send("ventura", "POST", "/user/v1/logout", headers, { refresh_token });
    expect((await logout("another")).status).toBe(400);
    const done = await logout(answer.refresh_token);
    expect([done.status, done.json]).toEqual([
      200,
      { success: true, message: "User logged out successfully" },
    ]);
    const dead = await box.send("ventura", "GET", "/user/v1/profile", headers);
    expect([dead.status, dead.json.session_expired]).toEqual([401, true]);
  });

  it("logs in by TOTP without a browser, once a second for an app", async () => {
    const { password, totp } = box.user("ventura");
    const headers = { "x-app-key": appKey(), "x-client-id": "AA0605", "x-mac-address": "02:00:5e:10:00:01" };
    const totpLogin = (body: object) =>
      box.send("ventura", "POST", "/login/v1/authorization/totp", headers, {
        password,
        data: data(),
        totp,
        ...body,
      });
    const refused = await totpLogin({ totp: totp === "000000" ? "111111" : "000000" });
    expect([refused.status, refused.json]).toEqual([401, { status: "error", message: "Invalid TOTP" }]);
    const soon = await totpLogin({});
    expect([soon.status, soon.headers.get("retry-after")]).toEqual([429, "1"]);
    await box.after(1000);
    const good = await totpLogin({});
    expect([good.status, good.json.client_id]).toEqual([200, "AA0605"]);
    await box.after(2000);
    expect((await totpLogin({ password: "other" })).status).toBe(401);
    await box.after(3000);
    expect((await totpLogin({ data: "00" })).status).toBe(401);
  });

  it("keeps the mark of a TOTP call out of the exchange's reach", async () => {
    expect((await exchange("totp call of ventura-cli")).status).toBe(401);
  });

  it("takes an order with a session only, and answers its number", async () => {
    const { headers } = await session();
    const order = { instrument_id: 2885, transaction_type: "B", quantity: 1, order_type: "MKT" };
    const placed = await box.send("ventura", "POST", "/trade/v1/delivery", headers, order);
    expect(placed.status).toBe(200);
    expect(placed.json).toMatchObject({ client_id: "AA0605", security_id: "2885", status: "success" });
    const { authorization: _, ...rest } = headers;
    expect((await box.send("ventura", "POST", "/trade/v1/delivery", rest, order)).status).toBe(401);
  });

  it("X-06 the ledger shows a login without its secrets", async () => {
    const token = await requestToken({ state: "planted-state" });
    const answer = (await exchange(token)).json;
    const text = JSON.stringify(await box.ledger());
    expect(text).toContain(appKey());
    for (const secret of [token, data(), answer.auth_token, answer.refresh_token, "planted-state"])
      expect(text).not.toContain(secret);
  });
});
