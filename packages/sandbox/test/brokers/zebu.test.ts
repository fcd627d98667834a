import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checksum } from "../../src/brokers/zebu.js";
import { type Box, HOUR, MINUTE, MORNING_MS, openSandbox, submitForm } from "./sandbox-fixture.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const TIME = "10:00:00 23-11-2026";

describe("Zebu's side", () => {
  let box: Box;
  beforeAll(async () => {
    box = await openSandbox();
  });
  beforeEach(() => box.at(MORNING_MS));
  afterAll(() => box.close());

  const BASE = "/NorenWClientAPI";
  const LOGIN = "/OAuthlogin/authorize/oauth";
  /** Refused or not, every answer comes with 200. */
  const call = async (name: string, body: unknown, headers: Record<string, string> = {}) => {
    const reply = await box.send("zebu", "POST", `${BASE}/${name}`, headers, body);
    expect(reply.status).toBe(200);
    return reply;
  };
  const login = (more: Record<string, unknown> = {}) =>
    box.login("zebu", { client_id: "ABC", username: "ZP0001", ...more });
  const newCode = async (more = {}) => (await login(more)).searchParams.get("code") ?? "";
  const good = (code: string) => ({ code, checksum: sha256(`ABC123${code}`) });
  const exchange = async () => (await call("GenAcsTok", good(await newCode()))).json;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const reliance = { uid: "ZXX123M", exch: "NSE", token: "2885" };
  const quote = (token: string) => call("GetQuotes", reliance, bearer(token));
  const refused = (emsg: string, request_time = TIME) => ({ stat: "Not_Ok", emsg, request_time });
  const dead = (request_time = TIME) => refused("Session Expired :  Invalid Session Key", request_time);

  it("Z-01 a login starts at the authorize page with client_id", async () => {
    expect((await box.send("zebu", "GET", `${LOGIN}?client_id=ABC`)).status).toBe(200);
    expect((await box.send("zebu", "GET", `${LOGIN}?client_id=nobody`)).status).toBe(400);
    expect((await box.send("zebu", "GET", LOGIN)).status).toBe(400);
  });

  it("Z-02 the browser comes back to the registered URL with a code and nothing else", async () => {
    const url = await login({ state: "not-carried" });
    expect(url.href.startsWith(box.app("zebu").redirect_url ?? "?")).toBe(true);
    expect([...url.searchParams.keys()]).toEqual(["code"]);
    expect(url.searchParams.get("code")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("Z-03 the exchange wants code and checksum", async () => {
    const body = good(await newCode());
    expect((await call("GenAcsTok", { code: body.code })).json).toEqual(
      refused("Invalid Input : checksum is Missing"),
    );
    expect((await call("GenAcsTok", { checksum: body.checksum })).json).toEqual(
      refused("Invalid Input : code is Missing"),
    );
    expect((await call("GenAcsTok", body)).json.stat).toBe("Ok");
  });

  it("Z-04 checksum is the hex SHA-256 of client_id, secret and code", async () => {
    expect(checksum("ABC", "123", "x1y2z3")).toBe(
      "7b482d7b380a3067eaba4c9c909b19253c4fa0edb5833e246401b8497c99a9c3",
    );
    expect(checksum("CID", "SEC", "CODE")).toBe(
      "b0a052a821855ed2e8b6eaa1fd510c9e39ff9b799a4d03559310a5f5485a7572",
    );
    const code = await newCode();
    const swapped = await call("GenAcsTok", { code, checksum: sha256(`123ABC${code}`) });
    expect(swapped.json).toEqual(refused("Invalid authorization code"));
    expect((await call("GenAcsTok", good(await newCode()))).json.stat).toBe("Ok");
  });

  it("Z-05 success has the page's fields in its order, then the family's account", async () => {
    const answer = await exchange();
    expect(Object.keys(answer)).toEqual(
      "stat access_token refresh_token expires_in request_time USERID actid".split(" "),
    );
    expect(answer).toMatchObject({
      stat: "Ok",
      expires_in: "3600",
      request_time: TIME,
      USERID: "ZP0001",
      actid: "ZP0001",
    });
  });

  it("Z-05 the access token is signed with the key that the broker shows", async () => {
    const { access_token } = await exchange();
    const iat = MORNING_MS / 1000;
    expect(await box.verified("zebu", access_token)).toMatchObject({ sub: "ZP0001", iat, exp: iat + 3600 });
    await expect(box.verified("rmoney", access_token)).rejects.toThrow();
  });

  it("Z-06 a bad code is refused with status 200, Not_Ok, the page's words and the time", async () => {
    const { status, json } = await call("GenAcsTok", good("00000000-0000-4000-8000-000000000000"));
    expect([status, json]).toEqual([200, refused("Invalid authorization code")]);
    expect(Object.keys(json)).toEqual(["stat", "emsg", "request_time"]);
  });

  it("Z-06 a code is refused after five minutes", async () => {
    const [early, late] = [good(await newCode()), good(await newCode())];
    await box.after(5 * MINUTE - 1000);
    expect((await call("GenAcsTok", early)).json.stat).toBe("Ok");
    await box.after(5 * MINUTE);
    expect((await call("GenAcsTok", late)).json.emsg).toBe("Invalid authorization code");
  });

  it("Z-07 a request without a live bearer token is refused in words with two blanks", async () => {
    const { access_token } = await exchange();
    expect((await quote(access_token)).json.stat).toBe("Ok");
    const refusals = [await call("GetQuotes", reliance), await quote("other")];
    for (const { status, json } of refusals) expect([status, json]).toEqual([200, dead()]);
  });

  it("Z-07 a jKey in the body stands in for the bearer token", async () => {
    const { access_token } = await exchange();
    const body = `jData=${JSON.stringify(reliance)}&jKey=`;
    expect((await call("GetQuotes", body + access_token)).json.stat).toBe("Ok");
    expect((await call("GetQuotes", `${body}other`)).json).toEqual(dead());
  });

  it("Z-08 GetQuotes answers a quote of texts throughout, and no data for what is not there", async () => {
    const { access_token } = await exchange();
    const { json } = await quote(access_token);
    expect(json).toMatchObject({
      request_time: TIME,
      stat: "Ok",
      exch: "NSE",
      tsym: "RELIANCE-EQ",
      token: "2885",
    });
    expect(Object.values(json).every((value) => typeof value === "string")).toBe(true);
    const named =
      "request_time stat exch tsym cname symname seg instname isin pp ls ti mult uc lc token lp o h l v ap ltq ltt";
    const levels = ["bp", "sp", "bq", "sq"].flatMap((name) => [1, 2, 3, 4, 5].map((level) => name + level));
    expect(Object.keys(json)).toEqual([...named.split(" "), ...levels]);
    const unknown = await call("GetQuotes", { ...reliance, token: "999999" }, bearer(access_token));
    expect(unknown.json.emsg).toBe('Error Occurred : 5 "no data"');
    const less = await call("GetQuotes", { exch: "NSE", token: "2885" }, bearer(access_token));
    expect(less.json.emsg).toBe("Invalid Input : uid is Missing");
  });

  it("Z-09 a refresh takes the refresh_token alone and works after the access token has ended", async () => {
    const { refresh_token } = await exchange();
    await box.after(5 * HOUR);
    const { json } = await call("RefreshToken", { refresh_token });
    expect((await quote(json.access_token)).json.stat).toBe("Ok");
  });

  it("Z-10 a refresh answers no refresh token, and the one on file works again", async () => {
    const { access_token, refresh_token } = await exchange();
    const first = (await call("RefreshToken", { refresh_token })).json;
    expect(Object.keys(first)).toEqual(["stat", "access_token", "expires_in", "request_time"]);
    expect(first).toMatchObject({ stat: "Ok", expires_in: "3600", request_time: TIME });
    expect((await quote(access_token)).json).toEqual(dead());
    const second = (await call("RefreshToken", { refresh_token })).json;
    expect(second.access_token).not.toBe(first.access_token);
    expect((await quote(second.access_token)).json.stat).toBe("Ok");
  });

  it("Z-11 an unknown, ended or old refresh token is refused with the page's words", async () => {
    const { access_token, refresh_token } = await exchange();
    expect((await call("RefreshToken", { refresh_token: "other" })).json).toEqual(
      refused("Invalid refresh token"),
    );
    const day = 24 * HOUR;
    await box.after(30 * day - 1000);
    expect((await call("RefreshToken", { refresh_token })).json.stat).toBe("Ok");
    await box.after(30 * day);
    expect((await call("RefreshToken", { refresh_token })).json.emsg).toBe("Invalid refresh token");
    expect(access_token).not.toBe(refresh_token);
  });

  it("Z-12 the access token is dead after its 3600 seconds", async () => {
    const { access_token } = await exchange();
    await box.after(HOUR - 1000);
    expect((await quote(access_token)).json.stat).toBe("Ok");
    await box.after(HOUR);
    expect((await quote(access_token)).json).toEqual(dead("11:00:00 23-11-2026"));
  });

  const types = ["application/json", "text/plain", "application/x-www-form-urlencoded", undefined];
  const forms: [string, (json: string) => string][] = [
    ["bare JSON", (json) => json],
    ["raw jData", (json) => `jData=${json}`],
    ["encoded jData", (json) => new URLSearchParams({ jData: json }).toString()],
  ];
  for (const [name, wrap] of forms) {
    it(`Z-13 ${name} is taken under each content type`, async () => {
      for (const type of types) {
        const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
        const body = new TextEncoder().encode(wrap(JSON.stringify(good(await newCode()))));
        const { status, json } = await box.request(`/zebu${BASE}/GenAcsTok`, {
          method: "POST",
          headers,
          body,
        });
        expect([type, status, json.stat]).toEqual([type, 200, "Ok"]);
      }
    });
  }

  it("Z-13 a raw jData keeps its blanks, signs and ampersands", async () => {
    const { access_token } = await exchange();
    const body = `jData=${JSON.stringify({ ...reliance, uid: "A+B 100% &c=}" })}`;
    expect((await call("GetQuotes", body, bearer(access_token))).json.stat).toBe("Ok");
  });

  it("Z-13 an empty body and a broken one are refused in the family's words", async () => {
    expect((await call("GenAcsTok", "")).json).toEqual(refused("Invalid Input : Missing jData"));
    for (const body of ["jData={", "[]", '"text"', "hello"])
      expect((await call("GenAcsTok", body)).json.emsg).toBe(
        "Invalid Input : jData is not valid json object",
      );
  });

  it("Z-15 declining brings the browser back without a code", async () => {
    expect((await login({ consent: false })).search).toBe("?error=access_denied");
    expect((await login({ username: "ZP0336" })).search).toBe("?error=access_denied");
    expect((await login()).searchParams.has("code")).toBe(true);
  });

  it("Z-15 the login page asks for the authorization each time", async () => {
    const path = `/zebu${LOGIN}?client_id=ABC`;
    const { username, password, totp } = box.user("zebu");
    for (const _time of ["first", "second"]) {
      const page = await box.request(path);
      const sent = await submitForm(box, path, page.text, { username, password, otp: totp });
      expect(sent.headers.get("location") ?? "").not.toContain("code=");
      const asked = sent.status === 303 ? await box.request(sent.headers.get("location") ?? "") : sent;
      const back = await submitForm(box, path, asked.text, {});
      expect(back.headers.get("location")).toContain("?code=");
    }
  });

  it("Z-16 a code works once", async () => {
    const body = good(await newCode());
    expect((await call("GenAcsTok", body)).json.stat).toBe("Ok");
    expect((await call("GenAcsTok", body)).json).toEqual(refused("Invalid authorization code"));
  });

  it("Z-16 a refused exchange has spent its code", async () => {
    const code = await newCode();
    await call("GenAcsTok", { code, checksum: "00" });
    expect((await call("GenAcsTok", good(code))).json.stat).toBe("Not_Ok");
  });

  it("tells the account, and ends the session at logout", async () => {
    const { access_token, refresh_token } = await exchange();
    const details = (body: object) => call("ClientDetails", body, bearer(access_token));
    expect((await details({})).json).toMatchObject({
      stat: "Ok",
      uid: "ZP0001",
      actid: "ZP0001",
      brkname: "ZEBU",
    });
    expect((await details({ uid: "ZP0447" })).json.stat).toBe("Not_Ok");
    expect((await call("Logout", { uid: "ZP0001" }, bearer(access_token))).json).toEqual({
      stat: "Ok",
      request_time: TIME,
    });
    expect((await details({})).json).toEqual(dead());
    expect((await call("RefreshToken", { refresh_token })).json.stat).toBe("Not_Ok");
  });

  it("X-06 the ledger shows a login without its secrets", async () => {
    const body = good(await newCode());
    const { access_token, refresh_token } = (await call("GenAcsTok", body)).json;
    await call("GetQuotes", `jData=${JSON.stringify(reliance)}&jKey=${access_token}`);
    await call("RefreshToken", { refresh_token });
    const text = JSON.stringify(await box.ledger());
    expect(text).toContain("ZP0001");
    for (const secret of [body.code, body.checksum, access_token, refresh_token])
      expect(text).not.toContain(secret);
  });
});
