import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import type { VendorSession } from "../../src/index.js";
import { altered } from "../altered-answers.js";
import { brokerRig, type Clients, type Fetch, failure } from "../broker-rig.js";

const limits = (user = "80126245") => `/edelmw-eq/eq/limits/rmssublimits/${user}/`;
const order = "/edelmw-eq/eq/trade/placetrade/v1/80126245/";
const logoutPath = "/edelmw-login/login/accounts/logoutvendor/TEST2";

describe("Nuvama's vendor session, the client's side", () => {
  const n = brokerRig("nuvama");
  const vendorLogins = async () => (await n.received()).filter(({ path }) => path.includes("loginvendor"));
  const calls = async () => (await n.received()).filter(({ path }) => path.startsWith("/edelmw-eq"));
  const status = async (client: Clients["nuvama"], session: Parameters<typeof client.fetch>[0]) =>
    (await client.fetch(session, limits(session.account))).status;
  /** A vendor session that merely ends, as on the broker's side after 24 hours. */
  const endVendor = () => n.steer("nuvama/sessions/end", { vendor: true });

  it("N-03 a vendor session is used for 24 hours from its making, then a new one is made", async () => {
    const client = await n.open();
    const session = { ...(await n.login(client)), clocks: [] };
    expect((await client.loginVendor()).endsAt - n.sandbox.world.now()).toBe(86_400_000);
    await n.advance("6h");
    expect(await status(client, session)).toBe(200);
    await n.advance("17h40m");
    await client.begin();
    expect(await vendorLogins()).toHaveLength(1);
    await n.advance("20m");
    await client.begin();
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-04 a second user's login makes no second vendor login", async () => {
    const client = await n.open();
    const first = await n.login(client);
    const second = await n.login(client, { username: "80163504" });
    expect([first.account, second.account]).toEqual(["80126245", "80163504"]);
    expect([await status(client, first), await status(client, second)]).toEqual([200, 200]);
    expect(await vendorLogins()).toHaveLength(1);
  });

  it("N-04 25 logins that begin at the same moment make one vendor login", async () => {
    const client = await n.open();
    const begun = await Promise.all(Array.from({ length: 25 }, () => client.begin()));
    const tokens = begun.map(({ url }) => new URL(url).searchParams.get("ordsrctkn"));
    expect(new Set(tokens).size).toBe(1);
    expect(new Set(begun.map(({ url }) => new URL(url).searchParams.get("state"))).size).toBe(25);
    expect(await vendorLogins()).toHaveLength(1);
  });

  it("N-04 a fresh vendor session takes the place of one that only seems alive, for all who ask at once", async () => {
    const client = await n.open();
    const old = (await client.loginVendor()).token.reveal();
    expect((await client.loginVendor()).token.reveal()).toBe(old);
    const fresh = await Promise.all([1, 2, 3].map(() => client.loginVendor({ fresh: true })));
    const tokens = new Set(fresh.map(({ token }) => token.reveal()));
    expect(tokens.size).toBe(1);
    expect(tokens.has(old)).toBe(false);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-04 another process that shares the store makes no second vendor login", async () => {
    let kept: VendorSession | undefined;
    const vendorStore = {
      load: async () => kept,
      save: async (session: VendorSession) => {
        kept = session;
      },
    };
    await n.login(await n.open({}, { vendorStore }));
    const second = await n.open({}, { vendorStore });
    expect(await status(second, await n.login(second))).toBe(200);
    expect(await vendorLogins()).toHaveLength(1);
    await n.login(await n.open());
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-04 what goes wrong in the store is told as it is, at a login and at a call", async () => {
    let kept: VendorSession | undefined;
    let full = false;
    const vendorStore = {
      load: async () => kept,
      save: async (session: VendorSession) => {
        if (full) throw new Error("The disk is full.");
        kept = session;
      },
    };
    const client = await n.open({}, { vendorStore });
    const { signal } = new AbortController();
    const session = await n.login(client);
    await endVendor();
    full = true;
    await expect(client.loginVendor({ fresh: true, signal })).rejects.toThrow("The disk is full.");
    await expect(client.fetch(session, limits(), { signal })).rejects.toThrow("The disk is full.");
    full = false;
    expect(await status(client, session)).toBe(200);
  });

  it("N-04 whoever cancels a login cancels no other's", async () => {
    const client = await n.open({}, { fetch: slow(n.fetch) });
    const stop = new AbortController();
    const [cancelled, other] = [client.begin({ signal: stop.signal }), client.begin()];
    stop.abort();
    expect((await failure(cancelled)).code).toBe("aborted");
    expect((await other).url).toContain("ordsrctkn=");
    expect(await vendorLogins()).toHaveLength(1);
  });

  it("N-04 a vendor login that fails is tried again by the next one who asks", async () => {
    const client = await n.open();
    await n.fault("internal-error", "/edelmw-login/login/accounts/loginvendor/TEST2");
    expect((await failure(client.begin())).code).toBe("broker_unavailable");
    await client.begin();
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-16 vendor logout is a PUT with Source and SourceToken and no body", async () => {
    const client = await n.open();
    const { token } = await client.loginVendor();
    await client.logoutVendor();
    expect((await n.received()).at(-1)).toMatchObject({
      method: "PUT",
      path: logoutPath,
      headers: { source: "TEST2", sourcetoken: fingerprint(token.reveal()) },
      body: null,
      status: 200,
    });
  });

  it("N-16 success false is a failure, also with 200, and the vendor session is kept", async () => {
    const refuses: Fetch = altered(n.fetch, "logoutvendor", () => ({ msg: "Not now", success: false }));
    const client = await n.open({}, { fetch: refuses });
    const { token } = await client.loginVendor();
    expect(await failure(client.logoutVendor())).toMatchObject({ code: "logout_refused", detail: "Not now" });
    expect((await client.loginVendor()).token.reveal()).toBe(token.reveal());
    const honest = await n.open();
    await honest.loginVendor();
    await honest.logoutVendor();
  });

  it("N-17 after a deliberate logout every call needs a login, and no new vendor session is made for it", async () => {
    const client = await n.open();
    const sessions = [await n.login(client), await n.login(client, { username: "80163504" })];
    const headers = await client.callHeaders(sessions[0]!);
    await client.logoutVendor();
    const before = (await n.received()).length;
    for (const session of sessions) {
      expect(await failure(client.fetch(session, limits(session.account)))).toMatchObject({
        code: "login_needed",
      });
      expect((await failure(client.prove(session))).code).toBe("login_needed");
      expect((await failure(client.callHeaders(session))).code).toBe("login_needed");
    }
    expect(await n.received()).toHaveLength(before);
    const revealed = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
    const direct = await n.fetch(`http://127.0.0.1:4701/nuvama${limits()}`, {
      headers: Object.fromEntries(revealed),
    });
    expect(direct.status).toBe(401);
    expect(await direct.json()).toMatchObject({ error: { errCd: "ETRD0001" } });
  });

  it("N-17 after a deliberate logout the next login makes a new vendor session", async () => {
    const client = await n.open();
    await n.login(client);
    await client.logoutVendor();
    expect(await status(client, await n.login(client))).toBe(200);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 where a vendor session merely ended, one new one is made and the read sent again", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await endVendor();
    expect(await status(client, session)).toBe(200);
    expect((await calls()).map((call) => call.status)).toEqual([401, 200]);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 the proof of a session is tried again too", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await endVendor();
    expect((await client.prove(session)).account).toBe("80126245");
    expect((await calls()).map((call) => call.status)).toEqual([401, 200]);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 many calls of two users that meet the end together make one new vendor session", async () => {
    const client = await n.open({}, { vendorStore: slowStore() });
    const sessions = [await n.login(client), await n.login(client, { username: "80163504" })];
    await endVendor();
    const many = Array.from({ length: 12 }, (_, i) => sessions[i % 2]!);
    expect(await Promise.all(many.map((session) => status(client, session)))).toEqual(Array(12).fill(200));
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 login_needed comes only to the user whose token is refused after the renewal", async () => {
    const client = await n.open();
    const [kept, ended] = [await n.login(client), await n.login(client, { username: "80163504" })];
    await endVendor();
    await n.steer("nuvama/sessions/end", { username: "80163504" });
    expect(await failure(client.fetch(ended, limits(ended.account)))).toMatchObject({
      code: "login_needed",
      detail: "Session Expired",
    });
    expect(await status(client, kept)).toBe(200);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 an order is not sent again: the caller is told that the vendor session is new", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await endVendor();
    const place = () => client.fetch(session, order, { method: "POST", body: "{}" });
    expect(await failure(place())).toMatchObject({ code: "vendor_renewed", action: "retry_later" });
    expect(await calls()).toHaveLength(1);
    expect((await place()).status).toBe(200);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("N-17 a client's logout ends its session also where the vendor session had merely ended", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await endVendor();
    await client.logout(session);
    expect(await failure(client.fetch(session, limits()))).toMatchObject({ detail: "Session Expired" });
    expect(n.sandbox.world.sessions("nuvama", { kind: "user" })).toEqual([]);
  });

  it("N-18 a refused source token is told by ETRD0001, in the envelope of the vendor login's errors", async () => {
    const body = {
      config: {},
      error: { actCd: "52", errCd: "ETRD0001", errMsg: "Invalid Source Token. Session Expired" },
      msgID: "5a8f3c1e-0000-4000-8000-000000000000",
      srvTm: 1588744800000,
    };
    const client = await n.open({}, { fetch: altered(n.fetch, "/edelmw-eq/", () => body, 401) });
    const session = await n.login(client);
    expect(await failure(client.fetch(session, limits()))).toMatchObject({
      code: "login_needed",
      detail: "Invalid Source Token. Session Expired",
      status: 401,
    });
    expect(await vendorLogins()).toHaveLength(2);
    expect(await calls()).toHaveLength(2);
  });

  it("N-18 another error of the same envelope is the user's alone: no vendor login is made", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await n.steer("nuvama/sessions/end", { username: "80126245" });
    expect((await failure(client.fetch(session, limits()))).code).toBe("login_needed");
    expect(await vendorLogins()).toHaveLength(1);
  });
});

/** A store that takes a moment, as one in a database does. */
function slowStore() {
  let kept: VendorSession | undefined;
  const moment = () => new Promise((resolve) => setImmediate(resolve));
  return {
    async load() {
      await moment();
      return kept;
    },
    async save(session: VendorSession) {
      await moment();
      kept = session;
    },
  };
}

/** A `fetch` whose requests leave a moment later, whatever becomes of their caller. */
function slow(fetch: Fetch): Fetch {
  return async (url, init) => {
    await new Promise((resolve) => setImmediate(resolve));
    return fetch(url, init);
  };
}
