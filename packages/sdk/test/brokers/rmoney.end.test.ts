import { describe, expect, it } from "vitest";
import { altered, withFields } from "../altered-answers.js";
import { brokerRig, failure, morning, morningMs } from "../broker-rig.js";

const exchangePath = "/open-api/od/v1/vendor/getUserDetails";
const profilePath = "/open-api/od/v1/profile/";
/** The sample's `iat` and `exp`, 59.92 days apart. */
const sampleClaims = { iat: 1_752_550_464, exp: 1_757_727_628 };

const base64url = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const jwt = (claims: unknown) => `${base64url({ alg: "RS256" })}.${base64url(claims)}.c2lnbmF0dXJl`;

describe("the end of RMoney's sessions", () => {
  const r = brokerRig("rmoney");
  const withAnswer = (changes: object, app: Readonly<Record<string, unknown>> = {}) =>
    r.open(app, { fetch: altered(r.fetch, exchangePath, withFields({ ...changes })) });

  it("R-10 the token's exp is the end where no daily logout comes first", async () => {
    const client = await withAnswer(
      { userSession: jwt({ ...sampleClaims, exp: 1_800_000_000 }) },
      { dailyLogout: false },
    );
    const session = await r.login(client);
    expect(client.endsAt(session)).toEqual({
      known: true,
      at: 1_800_000_000_000,
      why: "moment",
      ended: false,
    });
  });

  it("R-10 the sample's token ends 59.9 days after its iat", async () => {
    await r.at("2025-07-15T09:04:24+05:30");
    const client = await withAnswer({ userSession: jwt(sampleClaims) }, { dailyLogout: false });
    expect(client.endsAt(await r.login(client))).toMatchObject({
      at: Date.parse("2025-09-13T07:10:28+05:30"),
    });
  });

  it.each([
    [undefined, morning, "2026-11-24T07:00:00+05:30"],
    [undefined, "2026-11-23T06:59:59+05:30", "2026-11-23T07:00:00+05:30"],
    ["23:30", morning, "2026-11-23T23:30:00+05:30"],
  ])("R-10 the daily logout comes first: set to %s, a login at %s ends at %s", async (time, login, end) => {
    await r.at(login);
    const client = await r.open(time ? { dailyLogout: time } : {});
    const session = await r.login(client);
    expect(client.endsAt(session)).toMatchObject({ at: Date.parse(end), why: "exchanges", ended: false });
  });

  it("R-10 at the daily logout the session is dead here and at the broker", async () => {
    const client = await r.open();
    const session = await r.login(client);
    await r.at("2026-11-24T06:59:59+05:30");
    expect((await client.fetch(session, profilePath)).status).toBe(200);
    await r.at("2026-11-24T07:00:00+05:30");
    const before = (await r.received()).length;
    expect((await failure(client.fetch(session, profilePath))).code).toBe("login_needed");
    expect(await r.received()).toHaveLength(before);
    expect(await failure(client.fetch({ ...session, clocks: [] }, profilePath))).toMatchObject({
      status: 401,
    });
  });

  it("R-10 an exp before the daily logout is the end", async () => {
    const exp = morningMs / 1000 + 3600;
    const client = await withAnswer({ userSession: jwt({ exp }) });
    expect(client.endsAt(await r.login(client))).toMatchObject({ at: exp * 1000, why: "moment" });
  });

  it.each([
    ["no JWT", "opaque-session-token"],
    ["a payload that is no JSON", `e30.${base64url("not json")}.sig`],
    ["a payload that is no base64", "e30.@@@.sig"],
    ["no exp", jwt({ iat: 1 })],
    ["an exp that is a text", jwt({ exp: "1800000000" })],
    ["an exp of null", jwt({ exp: null })],
    ["a negative exp", jwt({ exp: -1 })],
    ["an exp beyond all dates", `e30.${base64url('{"exp":1e999}')}.sig`],
    ["a payload that is null", jwt(null)],
  ])("R-10 with %s the end is unknown, never invented", async (_what, userSession) => {
    const client = await withAnswer({ userSession });
    const session = await r.login(client);
    expect(client.endsAt(session)).toEqual({ known: false, ended: false });
    const readable = await withAnswer({ userSession: jwt({ exp: 1_800_000_000 }) });
    expect(readable.endsAt(await r.login(readable))).toMatchObject({ known: true });
  });
});
