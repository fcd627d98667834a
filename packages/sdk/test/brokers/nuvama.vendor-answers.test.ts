import { describe, expect, it } from "vitest";
import { nuvama, Secret, type VendorSession, type VendorStore } from "../../src/index.js";
import { watched } from "../altered-answers.js";
import { type Fetch, failure, morningMs } from "../broker-rig.js";
import { keys, vendorToken as token } from "./nuvama.sample.js";

const another = "0123456789abcdef0123456789abcdef";
const dayMs = 86_400_000;
const accounts = "https://np.nuvamawealth.com/edelmw-login/login/accounts";
const fault = (errCd: string, errMsg: string) => ({ config: {}, error: { actCd: "52", errCd, errMsg } });
const refused = fault("EGN0009", "Login failed. Invalid Vendor Details");

type Answer = readonly [status: number, body: unknown];
const good: Answer = [200, { msg: token, success: true }];

/** A client whose vendor logins and logouts are answered so, with a vendor session on file or none. */
function opened(
  login: Answer = good,
  logout: Answer = good,
  kept?: VendorSession,
  more?: Partial<VendorStore>,
) {
  const state = { kept, now: morningMs };
  const fetch: Fetch = async (url) => {
    const [status, body] = url.includes("/logoutvendor/") ? logout : login;
    return new Response(JSON.stringify(body), { status });
  };
  const watch = watched(fetch);
  const vendorStore: VendorStore = {
    load: async () => state.kept,
    save: async (session) => {
      state.kept = session;
    },
    ...more,
  };
  const client = nuvama(keys, { fetch: watch.fetch, now: () => state.now, vendorStore });
  return { client, state, sent: watch.sent };
}
const onFile = (facts: Partial<VendorSession> = {}): VendorSession => ({
  token: new Secret(another),
  endsAt: morningMs + dayMs,
  loggedOut: false,
  ...facts,
});
const call = {
  broker: "nuvama",
  account: "80126245",
  confirmed: true,
  startedAt: morningMs,
  usedAt: morningMs,
  clocks: [],
  secrets: { authorization: new Secret("auth-token"), appIdKey: new Secret("app-id-key") },
} as const;

describe("Nuvama's vendor login", () => {
  it("N-01 posts the password to the vendor's own address", async () => {
    const { client, state, sent } = opened();
    expect(await client.loginVendor()).toEqual({
      token: new Secret(token),
      endsAt: morningMs + dayMs,
      loggedOut: false,
    });
    expect(state.kept?.token.reveal()).toBe(token);
    const [{ method, url, headers, body } = {}] = sent;
    expect(`${method} ${url} ${body}`).toBe(
      `POST ${accounts}/loginvendor/TEST%202 {"pwd":"4cSfRu2fRZR99KCk"}`,
    );
    expect(Object.fromEntries(headers ?? [])).toEqual({
      "content-type": "application/json",
      source: "TEST 2",
    });
  });

  it.each([
    [401, refused, "keys_refused", "Login failed. Invalid Vendor Details"],
    [200, refused, "keys_refused", "Login failed. Invalid Vendor Details"],
    [200, { msg: "No such vendor", success: false }, "keys_refused", "No such vendor"],
    [429, refused, "rate_limited", "Login failed. Invalid Vendor Details"],
    [500, refused, "broker_unavailable", "Login failed. Invalid Vendor Details"],
    [503, refused, "broker_unavailable", "Login failed. Invalid Vendor Details"],
    [400, { msg: token, success: true }, "answer_unreadable", undefined],
    [200, { error: "EGN0009" }, "answer_unreadable", undefined],
  ])("N-05 answered %i with %j is %s", async (status, body, code, detail) => {
    const { client, state } = opened([status, body]);
    expect(await failure(client.loginVendor())).toMatchObject({ code, broker: "nuvama", detail });
    expect(state.kept).toBeUndefined();
  });

  it.each([
    ["a digit more", `${token}0`],
    ["a digit less", token.slice(1)],
    ["a line before it", `x\n${token}`],
    ["capitals", token.toUpperCase()],
  ])("N-02 a msg with %s is no vendor session, and is named", async (_what, msg) => {
    expect(await failure(opened([200, { msg, success: true }]).client.loginVendor())).toMatchObject({
      code: "answer_unreadable",
      broker: "nuvama",
      field: "msg",
    });
  });

  it("N-01 a vendor's name that no header can carry is never sent", async () => {
    const client = nuvama({ ...keys, vendor: "₹" }, { fetch: async () => Response.json({}) });
    const error = { code: "input_invalid", broker: "nuvama", field: "vendor" };
    expect(await failure(client.loginVendor())).toMatchObject(error);
    const vendorStore = { load: async () => onFile(), save: async () => undefined };
    const ending = nuvama({ ...keys, vendor: "₹" }, { fetch: async () => Response.json({}), vendorStore });
    expect(await failure(ending.logoutVendor())).toMatchObject(error);
  });
});

describe("Nuvama's vendor session", () => {
  it.each([
    ["a login, which may take ten minutes", 600_000],
    ["a call", 60_000],
  ])("N-03 is renewed where no more is left of it than %s takes", async (what, ms) => {
    const use = async (left: number) => {
      const { client, sent } = opened(good, good, onFile({ endsAt: morningMs + left }));
      await (what === "a call" ? client.callHeaders(call) : client.begin());
      return sent.length;
    };
    expect(await use(ms)).toBe(1);
    expect(await use(ms + 1)).toBe(0);
  });

  it("N-04 is made anew by whoever asks for a fresh one, and made but once for all who ask", async () => {
    const { client, sent } = opened(good, good, onFile());
    expect((await client.loginVendor()).token.reveal()).toBe(another);
    expect(sent).toHaveLength(0);
    const fresh = await Promise.all([1, 2].map(() => client.loginVendor({ fresh: true })));
    expect(fresh.map((one) => one.token.reveal())).toEqual([token, token]);
    expect(sent).toHaveLength(1);
  });

  it("N-04 is made by the store where that can, which is told the one that can't be used", async () => {
    const asked: (string | undefined)[] = [];
    const renew = async (unusable: Secret | undefined) => {
      asked.push(unusable?.reveal());
      return onFile({ token: new Secret(token) });
    };
    const { client, sent } = opened(good, good, undefined, { renew });
    expect((await client.loginVendor()).token.reveal()).toBe(token);
    const ended = opened(good, good, onFile({ endsAt: morningMs }), { renew });
    await ended.client.begin();
    expect(asked).toEqual([undefined, another]);
    expect([...sent, ...ended.sent]).toEqual([]);
  });

  it("N-04 is made afresh where there is none, and for whoever wants another than the one that others get", async () => {
    expect((await opened().client.loginVendor({ fresh: true })).token.reveal()).toBe(token);
    const { client, sent } = opened(good, good, onFile());
    const [kept, fresh] = await Promise.all([client.loginVendor(), client.loginVendor({ fresh: true })]);
    expect([kept.token.reveal(), fresh.token.reveal()]).toEqual([another, token]);
    expect(sent).toHaveLength(1);
  });

  it("N-04 that was made anew while a call was refused is what the call is sent again with", async () => {
    const state = { kept: onFile() };
    const fetch: Fetch = async (_url, init) => {
      state.kept = onFile({ token: new Secret(token) });
      const old = new Headers(init.headers).get("sourcetoken") === another;
      return old ? Response.json(fault("ETRD0001", "Session Expired"), { status: 401 }) : Response.json({});
    };
    const watch = watched(fetch);
    const vendorStore = { load: async () => state.kept, save: async () => undefined };
    const client = nuvama(keys, { fetch: watch.fetch, now: () => morningMs, vendorStore });
    expect((await client.fetch(call, "/edelmw-eq/eq/x")).status).toBe(200);
    expect(watch.sent.map(({ headers }) => headers.get("sourcetoken"))).toEqual([another, token]);
  });

  it("N-17 logged out on purpose serves no call, and a login makes another", async () => {
    const gone = onFile({ loggedOut: true });
    const { client, state, sent } = opened(good, good, gone);
    expect(await failure(client.callHeaders(call))).toMatchObject({
      code: "login_needed",
      broker: "nuvama",
      field: "vendor",
    });
    expect(sent).toEqual([]);
    await client.begin();
    expect(state.kept).toMatchObject({ loggedOut: false });
    expect((await client.callHeaders(call)).SourceToken?.reveal()).toBe(token);
  });

  it("N-17 that was logged out while a call was refused is not renewed by that call", async () => {
    const state = { kept: onFile() };
    const fetch: Fetch = async (url) => {
      if (url.includes("/loginvendor/")) return Response.json({ msg: token, success: true });
      state.kept = onFile({ loggedOut: true });
      return Response.json(fault("ETRD0001", "Session Expired"), { status: 401 });
    };
    const watch = watched(fetch);
    const vendorStore = { load: async () => state.kept, save: async () => undefined };
    const client = nuvama(keys, { fetch: watch.fetch, now: () => morningMs, vendorStore });
    expect(await failure(client.fetch(call, "/edelmw-eq/eq/x"))).toMatchObject({
      code: "login_needed",
      field: "vendor",
    });
    expect(watch.sent).toHaveLength(1);
  });

  it("N-17 that a call was refused with is not used for the next, and a newer one is, without another login", async () => {
    let calls = 0;
    const fetch: Fetch = async (url) => {
      if (url.includes("/loginvendor/")) return Response.json({ msg: token, success: true });
      calls += 1;
      return calls === 1
        ? Response.json(fault("ETRD0001", "Session Expired"), { status: 401 })
        : Response.json({});
    };
    const watch = watched(fetch);
    const state = { kept: onFile() };
    const vendorStore: VendorStore = {
      load: async () => state.kept,
      save: async (made) => {
        state.kept = made;
      },
    };
    const client = nuvama(keys, { fetch: watch.fetch, now: () => morningMs, vendorStore });
    expect((await client.fetch(call, "/edelmw-eq/eq/x")).status).toBe(200);
    expect(watch.sent.map(({ headers }) => headers.get("sourcetoken"))).toEqual([another, null, token]);
  });
});

describe("Nuvama's vendor logout", () => {
  const logout = (...answer: Answer) => opened(good, answer, onFile()).client.logoutVendor();

  it("N-16 is a PUT to the vendor's own address with Source and SourceToken, and is kept", async () => {
    const { client, state, sent } = opened(good, good, onFile());
    await client.logoutVendor();
    const [{ method, url, headers, body } = {}] = sent;
    expect(`${method} ${url} ${body}`).toBe(`PUT ${accounts}/logoutvendor/TEST%202 `);
    expect(Object.fromEntries(headers ?? [])).toEqual({
      "content-type": "application/json",
      source: "TEST 2",
      sourcetoken: another,
    });
    expect(state.kept).toEqual(onFile({ loggedOut: true }));
  });

  it("N-16 has nothing to end where there is no vendor session", async () => {
    const { client, sent } = opened();
    expect(await failure(client.logoutVendor())).toMatchObject({
      code: "logout_refused",
      broker: "nuvama",
      field: "vendor",
    });
    expect(sent).toEqual([]);
  });

  it.each([200, 401, 500])(
    "N-18 is done where the token is dead already, with status %i too",
    async (status) => {
      const dead = fault("ETRD0001", "Invalid Source Token. Session Expired");
      expect(await logout(status, dead)).toBeUndefined();
    },
  );

  it.each([
    [200, fault("EGN0001", "Not now"), "logout_refused", "Not now"],
    [400, fault("EGN0001", "Not now"), "logout_refused", "Not now"],
    [499, fault("EGN0001", "Not now"), "logout_refused", "Not now"],
    [429, fault("EGN0001", "Not now"), "rate_limited", "Not now"],
    [500, fault("EGN0001", "Not now"), "broker_unavailable", "Not now"],
    [503, fault("EGN0001", "Not now"), "broker_unavailable", "Not now"],
    [200, { msg: "Not now", success: false }, "logout_refused", "Not now"],
    [200, {}, "answer_unreadable", undefined],
  ])("N-16 answered %i with %j is %s", async (status, body, code, detail) => {
    expect(await failure(logout(status, body))).toMatchObject({ code, broker: "nuvama", detail });
  });

  it("N-16 can be cancelled, as the login can, by whoever waits for it alone", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(opened(good, good, onFile()).client.logoutVendor({ signal }))).code).toBe(
      "aborted",
    );
    expect((await failure(opened().client.loginVendor({ signal }))).code).toBe("aborted");
    expect((await failure(opened().client.callHeaders(call, { signal }))).code).toBe("aborted");
  });
});
