import { describe, expect, it } from "vitest";
import { sealToken } from "../../src/brokers/nuvama.js";
import { nuvamaCalls, refusalOf } from "./nuvama-fixture.js";
import { HOUR, MINUTE, submitForm } from "./sandbox-fixture.js";

/** From the fixture's morning to 00:30 India time. */
const TO_HALF_PAST_MIDNIGHT = 14 * HOUR + 30 * MINUTE;

describe("Nuvama's side: the user's login and session", () => {
  const { box, app, vendorLogin, login, headersOf, session, limits } = nuvamaCalls();

  it("N-06 the login URL wants ordsrc and a live ordsrctkn of the same vendor", async () => {
    const token = await vendorLogin();
    const page = (ordsrc: string | undefined, ordsrctkn: string) =>
      box().send("nuvama", "GET", `/login?ordsrc=${ordsrc}&ordsrctkn=${ordsrctkn}&state=s`);
    expect((await page("apiventest", token)).status).toBe(200);
    expect((await page("nobody", token)).status).toBe(400);
    expect((await page("apiventest", "f".repeat(32))).status).toBe(400);
    expect((await page(app("gateway").api_key, token)).status).toBe(400);
    expect((await box().send("nuvama", "GET", `/login?ordscr=apiventest&ordsrctkn=${token}`)).status).toBe(
      400,
    );
  });

  it("N-07 consent is asked for at the first login and not at the next", async () => {
    const token = await vendorLogin();
    const path = `/nuvama/login?ordsrc=apiventest&ordsrctkn=${token}&state=s`;
    const { username, password, totp } = box().user("nuvama");
    const submit = async () =>
      submitForm(box(), path, (await box().request(path)).text, { username, password, otp: totp });
    const first = await submit();
    expect(first.headers.get("location") ?? "").not.toContain("encrTkn");
    const asked = first.status === 303 ? await box().request(first.headers.get("location") ?? "") : first;
    expect(asked.text).toContain('name="consent"');
    const accepted = await submitForm(box(), path, asked.text, {});
    expect(accepted.headers.get("location")).toContain("login_success=true");
    expect((await submit()).headers.get("location")).toContain("login_success=true");
  });

  it("N-08 success brings login_success, userid, state and encrTkn, percent-encoded", async () => {
    const url = await login(await vendorLogin(), { state: "a+b &=" });
    expect([...url.searchParams.keys()]).toEqual(["login_success", "userid", "state", "encrTkn"]);
    expect(url.search).toMatch(
      /^\?login_success=true&userid=80126245&state=a%2Bb%20%26%3D&encrTkn=[A-Za-z0-9%]+$/,
    );
    expect([...(await login(await vendorLogin())).searchParams.keys()]).not.toContain("state");
  });

  it("N-09 a declined login comes back as fail, with the state and without a token", async () => {
    const token = await vendorLogin();
    const back = "?login_success=fail&state=s";
    expect((await login(token, { state: "s", consent: false })).search).toBe(back);
    expect((await login(token, { state: "s", username: "80152218" })).search).toBe(back);
    expect((await login(token, { state: "s" })).searchParams.get("login_success")).toBe("true");
  });

  it("N-09 a login of a locked account comes back as fail too", async () => {
    const url = await login(await vendorLogin(), { state: "s", username: "80140392" });
    expect(url.search).toBe("?login_success=fail&state=s");
  });

  it("N-10 encrTkn is AES-256-CBC under password and end of the vendor session, with a zero IV", async () => {
    const vendorToken = "a79d62877efca412313ee9cd898c94af";
    expect(sealToken("AUTH-TOKEN-0123456789abcdef", "4cSfRu2fRZR99KCk", vendorToken)).toBe(
      "OMwMfQed4uV1sF9cvF6Bfb/4rJ1QHbCNqtGlHk4kpus=",
    );
    expect(() => sealToken("t", "qwerty#$%1", vendorToken)).toThrow(RangeError);
    expect(await session(await vendorLogin())).toMatch(/^[\x21-\x7e]{16,}$/);
  });

  it("N-12 the auth token dies after 8 hours without a call, and a call starts them anew", async () => {
    const token = await vendorLogin();
    const used = headersOf(await session(token), token);
    const idle = headersOf(await session(token, "80163504"), token);
    await box().after(5 * HOUR);
    expect((await limits(used)).status).toBe(200);
    await box().after(8 * HOUR);
    expect(refusalOf(await limits(idle, "80163504"))).toEqual([401, "EGN0011"]);
    await box().after(13 * HOUR - 1000);
    expect((await limits(used)).status).toBe(200);
  });

  it("N-12 the auth token still lives a second before its 8 idle hours are over", async () => {
    const token = await vendorLogin();
    const headers = headersOf(await session(token), token);
    await box().after(8 * HOUR - 1000);
    expect((await limits(headers)).status).toBe(200);
  });

  it("N-12 a refused call does not start the 8 hours anew", async () => {
    const token = await vendorLogin();
    const headers = headersOf(await session(token), token);
    await box().after(4 * HOUR);
    expect((await limits({ ...headers, AppIdKey: "nobody" })).status).toBe(401);
    await box().after(8 * HOUR);
    expect(refusalOf(await limits(headers))).toEqual([401, "EGN0011"]);
  });

  it("N-13 the auth token dies at 00:30 India time, however fresh it is", async () => {
    await box().after(TO_HALF_PAST_MIDNIGHT - MINUTE);
    const token = await vendorLogin();
    const headers = headersOf(await session(token), token);
    await box().after(TO_HALF_PAST_MIDNIGHT - 1000);
    expect((await limits(headers)).status).toBe(200);
    await box().after(TO_HALF_PAST_MIDNIGHT);
    const dead = await limits(headers);
    expect([dead.status, dead.json.error]).toEqual([
      401,
      { actCd: "52", errCd: "EGN0011", errMsg: "Session Expired" },
    ]);
    const next = headersOf(await session(token), token);
    await box().after(TO_HALF_PAST_MIDNIGHT + 7 * HOUR);
    expect((await limits(next)).status).toBe(200);
  });

  it("N-14 while the session is alive a new login yields the same auth token, and another one afterwards", async () => {
    const token = await vendorLogin();
    const first = await session(token);
    await box().after(2 * HOUR);
    expect(await session(await vendorLogin())).toBe(first);
    await box().after(11 * HOUR);
    expect(await session(await vendorLogin())).not.toBe(first);
  });

  it("N-15 a call wants all four headers, under their own names or the page's older ones", async () => {
    const token = await vendorLogin();
    const headers = headersOf(await session(token), token);
    const { Source, SourceToken, ...rest } = headers;
    const good = await limits(headers);
    expect([good.status, good.json.data.eqAccID]).toEqual([200, "80126245"]);
    expect(Object.keys(good.json)).toEqual(["appID", "config", "data", "msgID", "srvTm"]);
    expect(Object.keys(good.json.data)).toEqual(["eqAccID", "cshAvl", "mrgUtd", "mrgAvl", "adhMrg"]);
    expect((await limits({ ...rest, OrdSrc: Source, OrdSrcTkn: SourceToken })).status).toBe(200);
    expect((await limits({ ...headers, Source: "apiventest" })).status).toBe(200);
    expect((await limits(headers, "80126245", "")).status).toBe(200);
    for (const name of Object.keys(headers)) {
      const less: Record<string, string> = { ...headers };
      delete less[name];
      expect((await limits(less)).status).toBe(401);
      expect((await limits({ ...headers, [name]: "wrong" })).status).toBe(401);
    }
    expect((await limits({ ...headers, Authorization: `Bearer ${headers.Authorization}` })).status).toBe(401);
    expect((await limits(headers, "80163504")).status).toBe(404);
  });

  it("N-15 an AppIdKey goes only with a vendor session of its own app", async () => {
    const [cli, gateway] = [await vendorLogin(), await vendorLogin("gateway")];
    const auth = await session(cli);
    expect(refusalOf(await limits(headersOf(auth, gateway)))).toEqual([401, "EGN0009"]);
    expect(refusalOf(await limits(headersOf(auth, gateway, "gateway")))).toEqual([401, "EGN0011"]);
    expect((await limits(headersOf(auth, cli))).status).toBe(200);
  });

  it("N-20 a call of a session older than an hour is handed a newer AppIdKey, which works", async () => {
    const token = await vendorLogin();
    const headers = headersOf(await session(token), token);
    await box().after(HOUR - 1000);
    expect((await limits(headers)).headers.get("AppIdKey")).toBeNull();
    await box().after(HOUR);
    const newer = (await limits(headers)).headers.get("AppIdKey") ?? "";
    expect(newer).not.toBe(headers.AppIdKey);
    const next = await limits({ ...headers, AppIdKey: newer });
    expect([next.status, next.headers.get("AppIdKey")]).toEqual([200, null]);
    expect((await limits(headers)).status).toBe(200);
    await box().after(2 * HOUR);
    expect((await limits({ ...headers, AppIdKey: newer })).headers.get("AppIdKey")).not.toBe(newer);
  });

  it("logs the client off under the newer and the older path", async () => {
    const token = await vendorLogin();
    for (const path of ["account/logoff/80126245/", "accounts/80126245/logout/"]) {
      const headers = headersOf(await session(token), token);
      expect((await limits(headers)).status).toBe(200);
      expect((await box().send("nuvama", "PUT", `/edelmw-login/login/${path}`, headers)).status).toBe(200);
      expect(refusalOf(await limits(headers))).toEqual([401, "EGN0011"]);
    }
  });

  it("X-06 the ledger shows a login without its secrets", async () => {
    const token = await vendorLogin();
    const url = await login(token, { state: "planted-state" });
    const auth = await session(token);
    await limits(headersOf(auth, token));
    await box().send("nuvama", "GET", `/login?ordsrc=apiventest&ordsrctkn=${token}&state=planted-state`);
    const text = JSON.stringify(await box().ledger());
    expect(text).toContain("TEST2");
    for (const secret of [token, app().pwd, auth, url.searchParams.get("encrTkn"), "planted-state"])
      expect(text).not.toContain(secret);
  });
});
