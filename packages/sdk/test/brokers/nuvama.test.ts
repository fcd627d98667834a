import { createCipheriv } from "node:crypto";
import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { type Iv, nuvama } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { brokerRig, failure } from "../broker-rig.js";

const vendorToken = "a79d62877efca412313ee9cd898c94af";
const password = "4cSfRu2fRZR99KCk";
const authToken = "AUTH-TOKEN-0123456789abcdef";
const sealed = {
  zero: "OMwMfQed4uV1sF9cvF6Bfb/4rJ1QHbCNqtGlHk4kpus=",
  "key-start": "z5eAmuy9Pw1gOEy88a5LzEMCwuInaruekEhGMI5u6X4=",
  "key-end": "25xjyl6msDDG27BMhPWGiRPClTSzef7/e+lGlq9Pzzo=",
};
const keys = {
  vendor: "TEST2",
  apiKey: "apiventest",
  pwd: password,
  appIdKey: "app-id-key",
  redirectUri: "https://app.example/callback",
};
const loggedIn = { fetch: answering({ msg: vendorToken, success: true }) };

/** The auth token that comes of a callback with this `encrTkn`, written into the URL as it stands. */
async function opened(encrTkn: string, app: object = {}): Promise<string | undefined> {
  const client = nuvama({ ...keys, ...app }, loggedIn);
  const { attempt } = await client.begin({ state: "s" });
  const callback = `${keys.redirectUri}?login_success=true&userid=80126245&state=s&encrTkn=${encrTkn}`;
  return (await client.complete(attempt, callback)).secrets.authorization?.reveal();
}

/** A token sealed under the key that the page describes, with an IV of zeros. */
function sealedText(text: string): string {
  const cipher = createCipheriv("aes-256-cbc", "4cSfRu2fRZR99KCk313ee9cd898c94af", Buffer.alloc(16));
  return encodeURIComponent(Buffer.concat([cipher.update(text), cipher.final()]).toString("base64"));
}

describe("Nuvama's logins, the client's side", () => {
  const n = brokerRig("nuvama");
  const vendorLogins = async () => (await n.received()).filter(({ path }) => path.includes("loginvendor"));

  it("N-01 the vendor login names the vendor in path and Source, and holds the password alone", async () => {
    const watch = watched(n.fetch);
    await (await n.open({}, { fetch: watch.fetch })).loginVendor();
    expect(await n.received()).toMatchObject([
      {
        method: "POST",
        path: "/edelmw-login/login/accounts/loginvendor/TEST2",
        headers: { "content-type": "application/json", source: "TEST2" },
        body: { pwd: fingerprint(password) },
        status: 200,
      },
    ]);
    expect(watch.sent.map(({ body }) => body)).toEqual([`{"pwd":"${password}"}`]);
  });

  it("N-01 vendor name and API key are two settings, each used where it belongs", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await client.prove(session);
    const [login, call] = await n.received();
    expect(login?.headers).toMatchObject({ source: "TEST2" });
    expect(call?.headers).toMatchObject({ source: "apiventest" });
    expect(new URL((await client.begin()).url).searchParams.get("ordsrc")).toBe("apiventest");
  });

  it("N-02 msg is the vendor session token", async () => {
    const client = nuvama(keys, loggedIn);
    expect((await client.loginVendor()).token.reveal()).toBe(vendorToken);
  });

  it.each([200, 400, 401])("N-02 success false is a failure, also with status %i", async (status) => {
    const fetch = answering({ msg: "Vendor is not active", success: false }, status);
    const error = await failure(nuvama(keys, { fetch }).loginVendor());
    expect(error.broker).toBe("nuvama");
    if (status === 200) expect(error).toMatchObject({ code: "keys_refused", detail: "Vendor is not active" });
  });

  it.each([
    ["31 digits", vendorToken.slice(1)],
    ["upper case", vendorToken.toUpperCase()],
    ["no hex", "z".repeat(32)],
  ])("N-02 a msg of %s is no vendor session", async (_what, msg) => {
    const fetch = answering({ msg, success: true });
    expect(await failure(nuvama(keys, { fetch }).loginVendor())).toMatchObject({
      code: "answer_unreadable",
      field: "msg",
    });
  });

  it("N-05 bad vendor details are a matter of the keys, in the broker's words", async () => {
    const bad = await n.open({ pwd: "another password", securityKey: password });
    expect(await failure(bad.begin())).toMatchObject({
      code: "keys_refused",
      action: "fix_keys",
      status: 401,
      detail: "Login failed. Invalid Vendor Details",
    });
    await (await n.open()).begin();
  });

  it("N-06 the login URL holds API key, vendor session and state, and nothing else", async () => {
    const client = nuvama(keys, loggedIn);
    const url = new URL((await client.begin({ state: "a&b=c" })).url);
    expect(url.origin + url.pathname).toMatch(/^https:\/\/(www\.)?nuvamawealth\.com\/login$/);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ordsrc: "apiventest",
      ordsrctkn: vendorToken,
      state: "a&b=c",
    });
  });

  it("N-08 the redirect's token and account become the session, its state is checked", async () => {
    const client = await n.open();
    const { url, attempt } = await client.begin({ state: "क&=+" });
    const callback = new URL(await n.back(url));
    expect([...callback.searchParams.keys()].sort()).toEqual(["encrTkn", "login_success", "state", "userid"]);
    const changed = new URL(callback);
    changed.searchParams.set("state", "क&= ");
    expect((await failure(client.complete(attempt, changed.href))).code).toBe("state_mismatch");
    const session = await client.complete(attempt, callback.href);
    expect(session.account).toBe("80126245");
    expect((await client.prove(session)).account).toBe("80126245");
  });

  it("N-09 a declined login yields no session, and the client says so", async () => {
    const client = await n.open();
    const { url, attempt } = await client.begin();
    const declined = await n.back(url, { consent: false });
    expect(new URL(declined).searchParams.get("login_success")).toBe("fail");
    expect(await failure(client.complete(attempt, declined))).toMatchObject({
      code: "login_denied",
      action: "log_in",
    });
    await n.login(client);
  });

  it.each(["fail", "false", "no", "0", "truth"])(
    "N-09 login_success=%s yields no session, even with a token that opens",
    async (word) => {
      const client = await n.open();
      const { url, attempt } = await client.begin();
      const callback = await n.back(url);
      const failed = callback.replace("login_success=true", `login_success=${word}`);
      expect((await failure(client.complete(attempt, failed))).code).toBe("login_denied");
      await client.complete(attempt, callback);
    },
  );

  it.each(["true", "success"])("N-09 login_success=%s is a success", async (word) => {
    const client = await n.open();
    const { url, attempt } = await client.begin();
    const callback = (await n.back(url)).replace("login_success=true", `login_success=${word}`);
    expect((await client.complete(attempt, callback)).account).toBe("80126245");
  });

  it.each(Object.entries(sealed))("N-10 the token opens with the IV «%s»", async (iv, encrTkn) => {
    expect(await opened(encodeURIComponent(encrTkn), { iv: iv as Iv })).toBe(authToken);
  });

  it("N-10 sixteen zero bytes are the IV where none is named, and any sixteen can be", async () => {
    expect(await opened(encodeURIComponent(sealed.zero))).toBe(authToken);
    const iv = new TextEncoder().encode(password);
    expect(await opened(encodeURIComponent(sealed["key-start"]), { iv })).toBe(authToken);
    expect(() => nuvama({ ...keys, iv: "keystart" as Iv }, loggedIn)).toThrow(
      expect.objectContaining({ code: "input_invalid", field: "iv" }),
    );
    expect(() => nuvama({ ...keys, iv: iv.slice(1) }, loggedIn)).toThrow(
      expect.objectContaining({ code: "input_invalid", field: "iv" }),
    );
  });

  it.each([
    ["a wrong IV, though the padding verifies", encodeURIComponent(sealed.zero), { iv: "key-start" }],
    ["a wrong security key", encodeURIComponent(sealed.zero), { securityKey: "0123456789abcdef" }],
    ["a text that is not printable", sealedText("AUTH\u0007TOKEN"), {}],
    ["a text beyond ASCII", sealedText("AUTH-TÖKEN"), {}],
    ["no whole block", encodeURIComponent(sealed.zero.slice(0, 40)), {}],
  ])("N-10 %s is a typed error that holds nothing of the token", async (_what, encrTkn, app) => {
    const error = await failure(opened(encrTkn, app));
    expect(error).toMatchObject({ code: "decryption_failed", action: "fix_keys" });
    expect(`${error.message} ${error.detail}`).not.toMatch(/56789abcdef|AUTH|313ee9/);
    expect(await opened(sealedText("AUTH-TOKEN"))).toBe("AUTH-TOKEN");
  });

  it.each(["short", "0123456789abcdefg", "£123456789abcdeé€"])(
    "N-10 a security key of another length than 16 is refused, never padded: «%s»",
    (securityKey) => {
      const error = expect.objectContaining({ code: "input_invalid", field: "securityKey" });
      expect(() => nuvama({ ...keys, securityKey }, loggedIn)).toThrow(error);
      expect(() => nuvama({ ...keys, pwd: securityKey }, loggedIn)).toThrow(error);
      expect(() => nuvama({ ...keys, securityKey: password }, loggedIn)).not.toThrow();
    },
  );

  it.each(["short", "a password that is much longer than sixteen"])(
    "N-10 a pwd of any length goes with a security key of its own: «%s»",
    async (pwd) => {
      const watch = watched(loggedIn.fetch);
      const client = nuvama({ ...keys, pwd, securityKey: password }, { fetch: watch.fetch });
      await client.loginVendor();
      expect(JSON.parse(watch.sent[0]?.body ?? "")).toEqual({ pwd });
      expect(await opened(encodeURIComponent(sealed.zero), { pwd, securityKey: password })).toBe(authToken);
    },
  );

  it.each([
    ["percent-encoded", encodeURIComponent(sealed["key-end"])],
    ["with its + in the clear", sealed["key-end"]],
    ["with a blank for its +", sealed["key-end"].replace("+", "%20")],
    ["without its =", sealed["key-end"].replace("=", "")],
    ["without = and with a blank", sealed["key-end"].replace("=", "").replace("+", "%20")],
  ])("N-11 a token that arrives %s opens", async (_what, encrTkn) => {
    expect(await opened(encrTkn, { iv: "key-end" })).toBe(authToken);
  });

  it("N-19 UAT and production are two configurations of one broker, with or without a slash", async () => {
    const watch = watched(loggedIn.fetch);
    const options = { fetch: watch.fetch };
    const uat = { api: "https://np-uat.nuvamawealth.com", login: "https://nmwuat1.nuvamawealth.com" };
    const slashed = { api: `${uat.api}/`, login: `${uat.login}/` };
    const urls: string[] = [];
    for (const client of [
      nuvama(keys, options),
      nuvama.at(uat, keys, options),
      nuvama.at(slashed, keys, options),
    ])
      urls.push((await client.begin({ state: "s" })).url.replace(/\?.*/, ""));
    const path = "/edelmw-login/login/accounts/loginvendor/TEST2";
    expect(watch.sent.map(({ url }) => url)).toEqual(
      ["https://np.nuvamawealth.com", uat.api, uat.api].map((base) => base + path),
    );
    expect(urls).toEqual(
      ["https://www.nuvamawealth.com", uat.login, uat.login].map((base) => `${base}/login`),
    );
  });

  it.each(["", "/"])("N-19 a whole login works with the base URL ending in «%s»", async (end) => {
    const base = `http://127.0.0.1:4701/nuvama${end}`;
    const client = nuvama.at(
      { api: base, login: base },
      { ...keys, appIdKey: n.app().AppIdKey ?? "", redirectUri: n.app().redirect_url ?? "" },
      {
        fetch: n.fetch,
        now: () => n.sandbox.world.now(),
      },
    );
    const session = await client.prove(await n.login(client));
    expect((await client.fetch(session, "/edelmw-eq/eq/limits/rmssublimits/80126245/")).status).toBe(200);
    expect((await n.received()).every(({ path }) => !path.includes("//"))).toBe(true);
  });

  it("N-22 a callback is opened with the vendor session of its own attempt, also after a renewal", async () => {
    const client = await n.open();
    const first = await client.loginVendor();
    await n.advance("23h49m");
    const { url, attempt } = await client.begin();
    const callback = await n.back(url);
    await n.advance("2m");
    const second = await client.loginVendor();
    expect(second.token.reveal()).not.toBe(first.token.reveal());
    expect(new URL(url).searchParams.get("ordsrctkn")).toBe(first.token.reveal());
    const session = await client.complete(attempt, callback);
    expect((await client.prove(session)).account).toBe("80126245");
    expect((await n.received()).at(-1)?.headers).toMatchObject({
      sourcetoken: fingerprint(second.token.reveal()),
    });
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-22 with another attempt's vendor session the same callback does not open", async () => {
    const client = await n.open();
    await client.loginVendor();
    await n.advance("23h49m");
    const { url, attempt } = await client.begin({ state: "s" });
    const callback = await n.back(url);
    await n.advance("2m");
    const other = await client.begin({ state: "s" });
    expect((await failure(client.complete(other.attempt, callback))).code).toBe("decryption_failed");
    await client.complete(attempt, callback);
  });
});
