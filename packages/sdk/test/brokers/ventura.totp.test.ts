import { beforeEach, describe, expect, it } from "vitest";
import { Secret, type Session, ventura } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure } from "../broker-rig.js";
import { at, back, data, keys, newSession, now, sample } from "./ventura.sample.js";

let session: Session<"ventura">;
beforeEach(() => {
  session = newSession();
});

describe("Ventura's login without a browser", () => {
  const given = { clientId: "AA0605", password: "1234", totp: "123456", macAddress: "AA:BB:CC:DD:EE:FF" };

  it("sends app key, client and address in headers, PIN, code and checksum in the body", async () => {
    const watch = watched(answering(sample));
    const client = ventura(keys, { fetch: watch.fetch, now });
    expect(await client.loginWithTotp({ ...given, password: new Secret("1234") })).toEqual(session);
    const [{ method, url, headers, body } = {}] = watch.sent;
    expect(`${method} ${url}`).toBe("POST https://easeapi.venturasecurities.com/login/v1/authorization/totp");
    expect(Object.fromEntries(headers ?? [])).toEqual({
      "content-type": "application/json",
      "x-app-key": "APP",
      "x-client-id": "AA0605",
      "x-mac-address": "AA:BB:CC:DD:EE:FF",
    });
    expect(JSON.parse(body ?? "")).toEqual({ password: "1234", data, totp: "123456" });
  });

  it("is refused with the credentials, in the broker's words", async () => {
    const refused = at({ message: "Invalid TOTP" }, 401).loginWithTotp(given);
    expect(await failure(refused)).toMatchObject({ code: "credentials_refused", detail: "Invalid TOTP" });
  });

  it("is of the client that asked, whatever the letters' case, and of no other", async () => {
    expect((await at(sample).loginWithTotp({ ...given, clientId: "aa0605" })).account).toBe("AA0605");
    const small = at({ ...sample, client_id: "aa0605" });
    expect((await small.loginWithTotp(given)).account).toBe("aa0605");
    expect(await failure(at({ ...sample, client_id: "AA0606" }).loginWithTotp(given))).toMatchObject({
      code: "account_mismatch",
      broker: "ventura",
    });
  });

  it.each(["clientId", "macAddress"])("is never sent with a %s that no header can carry", async (field) => {
    const watch = watched(answering(sample));
    const client = ventura(keys, { fetch: watch.fetch, now });
    expect(await failure(client.loginWithTotp({ ...given, [field]: "two\nlines" }))).toMatchObject({
      code: "input_invalid",
      broker: "ventura",
      field,
    });
    expect(watch.sent).toEqual([]);
    await client.loginWithTotp(given);
  });

  it("can be cancelled, as the exchange and the logout can", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(at(sample).loginWithTotp({ ...given, signal }))).code).toBe("aborted");
    expect((await failure(at({ success: true }).logout(session, { signal }))).code).toBe("aborted");
    const client = at(sample);
    const { attempt } = await client.begin({ state: "s" });
    expect((await failure(client.complete(attempt, back, { signal }))).code).toBe("aborted");
  });
});
