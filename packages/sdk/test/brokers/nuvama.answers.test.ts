import { beforeEach, describe, expect, it } from "vitest";
import { nuvama, Secret, type Session } from "../../src/index.js";
import { watched } from "../altered-answers.js";
import { type Fetch, failure, morningMs } from "../broker-rig.js";
import { keys, vendorToken } from "./nuvama.sample.js";

const now = () => morningMs;
const api = "https://np.nuvamawealth.com";
const limits = "/edelmw-eq/eq/limits/rmssublimits/80126245/";
const fault = (errCd: string, errMsg: string) => ({ config: {}, error: { actCd: "52", errCd, errMsg } });
const vendorEnded = fault("ETRD0001", "Invalid Source Token. Session Expired");
const userEnded = fault("EGN0011", "Session Expired");

type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];
/** A `fetch` whose vendor login succeeds, and whose other answers come one after another, the last for ever. */
function after(...answers: readonly Answer[]): Fetch {
  const left = [...answers];
  return async (url) => {
    if (url.includes("/loginvendor/")) return Response.json({ msg: vendorToken, success: true });
    const [status, body, headers = {}] = (left.length > 1 ? left.shift() : left[0]) as Answer;
    return new Response(JSON.stringify(body), { status, headers });
  };
}
const at = (...answers: readonly Answer[]) => nuvama(keys, { fetch: after(...answers), now });

let session: Session<"nuvama">;
beforeEach(() => {
  session = {
    broker: "nuvama",
    account: "80126245",
    confirmed: true,
    startedAt: morningMs,
    usedAt: morningMs,
    clocks: [],
    secrets: { authorization: new Secret("auth-token"), appIdKey: new Secret("app-id-key") },
  };
});

describe("Nuvama's calls", () => {
  it("N-15 carry OrdSrc, OrdSrcTkn, AppIdKey and the raw auth token", async () => {
    const watch = watched(after([200, { data: {} }]));
    const client = nuvama(keys, { fetch: watch.fetch, now });
    await client.prove({ ...session, account: "8012/6245" });
    const [, call] = watch.sent;
    expect(`${call?.method} ${call?.url}`).toBe(`GET ${api}${limits.replace("80126245", "8012%2F6245")}`);
    expect(Object.fromEntries(call?.headers ?? [])).toEqual({
      source: "apiventest",
      sourcetoken: vendorToken,
      appidkey: "app-id-key",
      authorization: "auth-token",
    });
  });

  it.each(["appIdKey", "authorization"])("N-15 are not made without %s", async (name) => {
    const secrets = Object.fromEntries(Object.entries(session.secrets).filter(([one]) => one !== name));
    expect(await failure(at([200, {}]).callHeaders({ ...session, secrets }))).toMatchObject({
      code: "session_unreadable",
      broker: "nuvama",
      field: name,
    });
  });

  it.each([
    ["apiKey", { apiKey: "₹" }, {}],
    ["appIdKey", {}, { appIdKey: new Secret("two\nlines") }],
  ])("N-15 are not made with an %s that can't travel in a header", async (field, app, secret) => {
    const client = nuvama({ ...keys, ...app }, { fetch: after([200, {}]), now });
    const broken = { ...session, secrets: { ...session.secrets, ...secret } };
    expect(await failure(client.callHeaders(broken))).toMatchObject({
      code: "input_invalid",
      broker: "nuvama",
      field,
    });
  });

  it.each([
    ["ETRD0001", 200, vendorEnded, "vendor"],
    ["ETRD0001 with 401", 401, vendorEnded, "vendor"],
    ["EGN0011", 200, userEnded, "user"],
    ["401", 401, fault("EGN0001", "No"), "user"],
    ["401 without an envelope", 401, null, "user"],
    ["another error", 400, fault("ETRD0002", "No data"), undefined],
    ["an error that is no object", 403, { error: "ETRD0001" }, undefined],
    ["no object", 200, ["ETRD0001"], undefined],
  ])("N-18 %s tells whose session has ended", (_what, status, body, whose) => {
    expect(at([200, {}]).ended({ status, headers: new Headers(), body })).toBe(whose);
  });

  it("N-17 a call is answered for the user, or sent once more for the vendor, in the broker's words", async () => {
    expect(await failure(at([200, userEnded]).fetch(session, limits))).toMatchObject({
      code: "login_needed",
      detail: "Session Expired",
    });
    expect(await failure(at([401, vendorEnded]).fetch(session, limits))).toMatchObject({
      code: "login_needed",
      detail: "Invalid Source Token. Session Expired",
    });
  });

  it("N-20 the newest AppIdKey and Authorization are kept from then on, where a header can carry them", () => {
    const client = at([200, {}]);
    const revealed = (headers: Record<string, string>) => {
      const { secrets } = client.newer(session, new Headers(headers));
      return [secrets.appIdKey?.reveal(), secrets.authorization?.reveal()];
    };
    expect(revealed({ AppIdKey: "newer-id" })).toEqual(["newer-id", "auth-token"]);
    expect(revealed({ Authorization: "newer-token" })).toEqual(["app-id-key", "newer-token"]);
    expect(revealed({ AppIdKey: "a", Authorization: "b" })).toEqual(["a", "b"]);
    expect(revealed({ AppIdKey: "", Authorization: "x".repeat(4097) })).toEqual(["app-id-key", "auth-token"]);
    expect(client.newer(session, new Headers())).toBe(session);
  });

  it("N-17 the account that stands in the path is proven by data, and by nothing else", async () => {
    expect(await at([200, { data: {} }]).prove({ ...session, confirmed: false })).toMatchObject({
      account: "80126245",
      confirmed: true,
    });
    expect(await failure(at([200, {}]).prove(session))).toMatchObject({
      code: "answer_unreadable",
      broker: "nuvama",
      field: "data",
    });
    const other = { ...fault("EGN0003", "Not your account"), data: {} };
    expect(await failure(at([200, other]).prove(session))).toMatchObject({
      code: "account_mismatch",
      broker: "nuvama",
      detail: "Not your account",
    });
  });
});

describe("Nuvama's logout of a client", () => {
  const logout = (...answers: readonly Answer[]) => at(...answers).logout(session);

  it("is a PUT to the account's own address with the headers of a call", async () => {
    const watch = watched(after([200, {}]));
    await nuvama(keys, { fetch: watch.fetch, now }).logout(session);
    const [, call] = watch.sent;
    expect(`${call?.method} ${call?.url}`).toBe(`PUT ${api}/edelmw-login/login/account/logoff/80126245/`);
    expect(call?.headers.get("authorization")).toBe("auth-token");
  });

  it.each([[[200, {}]], [[399, {}]], [[401, null]], [[400, userEnded]]] as const)(
    "is done by %j",
    async (answer) => {
      expect(await logout(answer)).toBeUndefined();
    },
  );

  it.each([
    [400, "logout_refused"],
    [403, "logout_refused"],
    [429, "rate_limited"],
    [499, "logout_refused"],
    [500, "broker_unavailable"],
    [503, "broker_unavailable"],
  ])("is not done by %i, which is %s in the broker's words", async (status, code) => {
    expect(await failure(logout([status, fault("EGN0001", "Not now")]))).toMatchObject({
      code,
      broker: "nuvama",
      detail: "Not now",
    });
  });

  it("is sent once, where the session has ended already too", async () => {
    const watch = watched(after([401, userEnded]));
    await nuvama(keys, { fetch: watch.fetch, now }).logout(session);
    expect(watch.sent.map(({ url }) => url.replace(/.*\/(\w+)\/[^/]+\/?$/, "$1"))).toEqual([
      "loginvendor",
      "logoff",
    ]);
  });

  it("N-17 is sent once more where the vendor session had merely ended, and no third time", async () => {
    expect(await logout([401, vendorEnded], [200, {}])).toBeUndefined();
    const watch = watched(after([401, vendorEnded]));
    const refused = nuvama(keys, { fetch: watch.fetch, now }).logout(session);
    expect(await failure(refused)).toMatchObject({ code: "logout_refused" });
    expect(watch.sent.filter(({ url }) => url.includes("/logoff/"))).toHaveLength(2);
    expect(watch.sent.filter(({ url }) => url.includes("/loginvendor/"))).toHaveLength(2);
  });

  it("can be cancelled", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(at([200, {}]).logout(session, { signal }))).code).toBe("aborted");
  });
});
