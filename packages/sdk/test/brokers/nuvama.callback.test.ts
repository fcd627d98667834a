import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openToken } from "../../src/brokers/nuvama.cipher.js";
import { nuvama, type Secret } from "../../src/index.js";
import { answering } from "../altered-answers.js";
import { failure, morningMs } from "../broker-rig.js";
import { keys, vendorToken } from "./nuvama.sample.js";

const now = () => morningMs;
const fetch = answering({ msg: vendorToken, success: true });

describe("Nuvama's callback", () => {
  async function complete(query: string, more: object = {}) {
    const client = nuvama({ ...keys, ...more }, { fetch, now });
    const { attempt } = await client.begin({ state: "s" });
    return client.complete(attempt, `${keys.redirectUri}?state=s&${query}`);
  }
  const sealed = (text: string, key = keys.pwd + vendorToken.slice(-16)) => {
    const cipher = createCipheriv("aes-256-cbc", key, Buffer.alloc(16));
    return encodeURIComponent(
      Buffer.concat([cipher.update(text, "latin1"), cipher.final()]).toString("base64"),
    );
  };
  const token = sealed("auth-token");

  it("N-06 answers a login that began with API key, vendor session and state", async () => {
    const { url } = await nuvama(keys, { fetch, now }).begin({ state: "s" });
    expect(url).toBe(`https://www.nuvamawealth.com/login?ordsrc=apiventest&ordsrctkn=${vendorToken}&state=s`);
    const client = nuvama({ ...keys, apiKey: "a\ud800" }, { fetch, now });
    expect(await failure(client.begin({ state: "s" }))).toMatchObject({
      code: "input_invalid",
      broker: "nuvama",
      field: "ordsrc",
    });
  });

  it("N-10 is opened with the last 16 characters of the vendor session token, and by AES-256 alone", async () => {
    const open = (text: string, vendor: string) =>
      openToken(decodeURIComponent(text), vendor, keys.pwd, "zero");
    expect(await open(token, `more of it ${vendorToken}`)).toBe("auth-token");
    const short = createCipheriv("aes-192-cbc", `${keys.pwd}12345678`, Buffer.alloc(16));
    const text = Buffer.concat([short.update("auth-token"), short.final()]).toString("base64");
    expect(await failure(open(text, "12345678"))).toMatchObject({ code: "decryption_failed" });
  });

  it.each(["true", "success", "TRUE", "Success"])(
    "N-08 is a login where login_success is %s",
    async (word) => {
      const { clocks, ...made } = await complete(`login_success=${word}&userid=80126245&encrTkn=${token}`);
      expect(made).toMatchObject({
        broker: "nuvama",
        account: "80126245",
        confirmed: false,
        startedAt: morningMs,
        usedAt: morningMs,
      });
      expect(made.secrets.authorization?.reveal()).toBe("auth-token");
      expect(made.secrets.appIdKey?.reveal()).toBe("app-id-key");
      expect(clocks).toEqual([
        { kind: "idle", ms: 8 * 3_600_000 },
        { kind: "daily", time: "00:30", utcOffset: "+05:30", by: "broker" },
      ]);
    },
  );

  it.each(["fail", "false", "untrue", "trueish", "1", "unsuccess", "successful"])(
    "N-09 is none where login_success is %s",
    async (word) => {
      const error = await failure(complete(`login_success=${word}&userid=80126245&encrTkn=${token}`));
      expect(error).toMatchObject({ code: "login_denied", broker: "nuvama", field: "login_success" });
    },
  );

  it.each(["login_success", "userid", "encrTkn"])("N-08 is malformed without %s", async (name) => {
    const whole = `login_success=true&userid=80126245&encrTkn=${token}`;
    const without = whole.split("&").filter((pair) => !pair.startsWith(name));
    expect(await failure(complete(without.join("&")))).toMatchObject({
      code: "callback_invalid",
      broker: "nuvama",
      field: name,
    });
  });

  it.each([
    ["a blank before it", " a"],
    ["a blank behind it", "a "],
    ["a line break", "a\nb"],
    ["a letter beyond ASCII", "aÿb"],
    ["nothing in it", ""],
  ])("N-10 a token that opens to a text with %s is none", async (_what, text) => {
    const query = (one: string) => `login_success=true&userid=80126245&encrTkn=${sealed(one)}`;
    expect(await failure(complete(query(text)))).toMatchObject({
      code: "decryption_failed",
      broker: "nuvama",
    });
    for (const good of ["a", "a b", "a~!", "Z9"])
      expect((await complete(query(good))).secrets.authorization?.reveal()).toBe(good);
  });

  it("X-02 is taken once: a login that could not be opened has used its attempt too", async () => {
    const client = nuvama(keys, { fetch, now });
    const back = (text: string) =>
      `${keys.redirectUri}?state=s&login_success=true&userid=80126245&encrTkn=${text}`;
    const [opened, broken] = [await client.begin({ state: "s" }), await client.begin({ state: "s" })];
    await client.complete(opened.attempt, back(token));
    expect((await failure(client.complete(broken.attempt, back("AAAA")))).code).toBe("decryption_failed");
    for (const { attempt } of [opened, broken])
      expect(await failure(client.complete(attempt, back(token)))).toMatchObject({
        code: "attempt_used",
        broker: "nuvama",
      });
  });

  it("N-22 one of an attempt that lost its vendor session can't be opened", async () => {
    const client = nuvama(keys, { fetch, now });
    const { attempt } = await client.begin({ state: "s" });
    const { state } = attempt.secrets as { state: Secret };
    const back = `${keys.redirectUri}?state=s&login_success=true&userid=80126245&encrTkn=${token}`;
    expect((await failure(client.complete({ ...attempt, secrets: { state } }, back))).code).toBe(
      "decryption_failed",
    );
    expect((await client.complete(attempt, back)).account).toBe("80126245");
  });

  it.each([
    ["15 characters", { securityKey: "123456789012345" }, "securityKey"],
    ["17 characters", { securityKey: "12345678901234567" }, "securityKey"],
    ["a password of 10 in its place", { pwd: "1234567890" }, "securityKey"],
    ["an IV of 15 bytes", { iv: new Uint8Array(15) }, "iv"],
    ["an IV that is not known", { iv: "key-middle" }, "iv"],
  ])("N-10 is never opened with %s", async (_what, more, field) => {
    const made = async () => nuvama({ ...keys, ...(more as object) });
    expect(await failure(made())).toMatchObject({ code: "input_invalid", broker: "nuvama", field });
    const good = { pwd: "1234567890", securityKey: keys.pwd, iv: new Uint8Array(16) };
    const opened = await complete(`login_success=true&userid=1&encrTkn=${token}`, good);
    expect(opened.secrets.authorization?.reveal()).toBe("auth-token");
  });
});
