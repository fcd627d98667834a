import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { autoshares, type OneMoreStep, type Session } from "../../src/index.js";
import { altered, answering, watched, withFields } from "../altered-answers.js";
import { brokerRig, failure, morningMs } from "../broker-rig.js";

const tokenPath = "/api/token";
const mePath = "/v1.0/users/@me/info";
const demo = "https://pub-api-et-demo-prod.etnasoft.us/api";

function sessionOf(answer: Session<"autoshares"> | OneMoreStep): Session<"autoshares"> {
  if ("needs" in answer) throw new Error("One more step was asked for.");
  return answer;
}

function stepOf(answer: Session<"autoshares"> | OneMoreStep): OneMoreStep {
  if (!("needs" in answer)) throw new Error("No further step was asked for.");
  return answer;
}

describe("AutoShares, the client's side", () => {
  const a = brokerRig("autoshares");
  const logins = () => a.received(tokenPath);
  const user = (username: string) => {
    const found = a.users().find((one) => one.username === username);
    if (!found) throw new Error(`no ${username}`);
    return found;
  };
  const loggedIn = async (client: Awaited<ReturnType<typeof a.open>>, name = "demo.trader") =>
    sessionOf(await client.login(user(name)));

  it("A-01 a login is a POST to the base's /token with three headers and an empty body", async () => {
    const watch = watched(a.fetch);
    const client = await a.open({}, { fetch: watch.fetch });
    await loggedIn(client);
    expect(await logins()).toMatchObject([{ method: "POST", path: tokenPath, query: {}, body: null }]);
    expect((await logins())[0]?.headers).toMatchObject({
      "et-app-key": fingerprint(a.app()["Et-App-Key"] ?? ""),
      username: fingerprint("demo.trader"),
      password: fingerprint("Cedar-Harbor-42"),
    });
    expect(watch.sent.map(({ url, body }) => [new URL(url).search, body])).toEqual([["", ""]]);
  });

  it("A-02 Succeeded with a token is a session", async () => {
    const client = await a.open();
    const session = await loggedIn(client);
    expect(session).toMatchObject({ broker: "autoshares" });
    expect((await client.fetch(session, mePath)).status).toBe(200);
  });

  it.each([
    ["Locked", 200],
    ["Expecting", 200],
    ["succeeded?", 200],
    ["", 200],
    ["Failed", 200],
    ["Failed", 401],
  ])(
    "A-02 a State of «%s» with status %i is no session, whatever token comes with it",
    async (State, status) => {
      const open = (fields: object) =>
        a.open({}, { fetch: altered(a.fetch, tokenPath, withFields({ ...fields }), status) });
      const error = await failure((await open({ State })).login(user("demo.trader")));
      expect(error.broker).toBe("autoshares");
      if (status === 200) await loggedIn(await open({}));
    },
  );

  it("A-02 Succeeded without a token is no session", async () => {
    const client = await a.open();
    await a.fault("ok-without-token", tokenPath);
    expect(await failure(client.login(user("demo.trader")))).toMatchObject({
      code: "answer_unreadable",
      field: "Token",
    });
    await loggedIn(client);
  });

  it("A-02 202 Expecting asks for one more step and opens nothing", async () => {
    const client = await a.open();
    const answer = await client.login(user("demo.twofactor"));
    expect(stepOf(answer).needs).toBe("verification_code");
    expect(answer).not.toHaveProperty("secrets");
    expect((await logins()).map(({ status }) => status)).toEqual([202]);
  });

  it("A-03 every other request carries the token as its bearer, and without it nothing is served", async () => {
    const client = await a.open();
    const session = await loggedIn(client);
    await client.fetch(session, mePath, { headers: { authorization: "Bearer of the caller" } });
    expect((await a.received()).at(-1)?.headers).toMatchObject({
      "et-app-key": fingerprint(a.app()["Et-App-Key"] ?? ""),
      authorization: `Bearer ${fingerprint(session.secrets.token?.reveal() ?? "")}`,
    });
    const without: typeof a.fetch = (url, init) => {
      const headers = new Headers(init.headers);
      headers.delete("authorization");
      return a.fetch(url, { ...init, headers });
    };
    const bare = await a.open({}, { fetch: without });
    expect(await failure(bare.fetch(session, mePath))).toMatchObject({ code: "login_needed", status: 401 });
  });

  it.each([
    [undefined, 86_400_000, "23h59m59s"],
    [3_600_000, 3_600_000, "59m59s"],
  ])("A-04 with the lifetime set to %s ms a token is used for %i ms", async (lifetimeMs, ms, justBefore) => {
    const client = await a.open(lifetimeMs ? { lifetimeMs } : {});
    const session = await loggedIn(client);
    expect(client.endsAt(session)).toEqual({
      known: true,
      at: morningMs + ms,
      why: "moment",
      ended: false,
    });
    await a.advance(justBefore);
    expect((await client.fetch(session, mePath)).status).toBe(200);
    await a.advance("1s");
    const before = (await a.received()).length;
    expect((await failure(client.fetch(session, mePath))).code).toBe("login_needed");
    expect(await a.received()).toHaveLength(before);
  });

  it.each(["any text at all", "a.b.c", "eyJhbGciOiJub25lIn0.eyJleHAiOjF9."])(
    "A-04 the token is opaque: no end is read from «%s»",
    async (Token) => {
      const client = await a.open({}, { fetch: altered(a.fetch, tokenPath, withFields({ Token })) });
      expect(client.endsAt(await loggedIn(client))).toMatchObject({ at: morningMs + 86_400_000 });
    },
  );

  it.each([200, 400, 401, 403])(
    "A-05 an app key that does not exist is a matter of the keys, also with status %i",
    async (status) => {
      const fetch = altered(a.fetch, tokenPath, (fields) => fields, status);
      const error = await failure(
        (await a.open({ appKey: "nobody's" }, { fetch })).login(user("demo.trader")),
      );
      expect(error).toMatchObject({
        code: "keys_refused",
        action: "fix_keys",
        detail: "Application key is not defined or does not exist",
      });
      await loggedIn(await a.open());
    },
  );

  it("A-05 without an app key no client is made", () => {
    for (const appKey of ["", "  ", undefined])
      expect(() => autoshares({ appKey: appKey as string })).toThrow(
        expect.objectContaining({ code: "input_invalid", field: "appKey" }),
      );
    expect(() => autoshares({ appKey: "some-key" })).not.toThrow();
  });

  it.each([
    { username: "demo.trader", password: "wrong" },
    { username: "nobody", password: "Cedar-Harbor-42" },
  ])("A-06 wrong credentials are the user's to correct: $username, $password", async (credentials) => {
    const client = await a.open();
    expect(await failure(client.login(credentials))).toMatchObject({
      code: "credentials_refused",
      action: "log_in",
      detail: "Invalid credentials",
    });
    await loggedIn(client);
  });

  it.each(["username", "password"])("A-06 a missing %s is refused before anything is sent", async (field) => {
    const client = await a.open();
    const error = await failure(client.login({ ...user("demo.trader"), [field]: "" }));
    expect(error).toMatchObject({ code: "input_invalid", field });
    expect(await logins()).toEqual([]);
    await loggedIn(client);
  });

  it("A-07 the demo environment is the default, and another is configuration", async () => {
    const watch = watched(answering({ State: "Succeeded", Token: "t" }));
    const options = { fetch: watch.fetch };
    const origins = { api: "https://prod.example/api", login: "https://prod.example" };
    const slash = { api: "https://prod.example/api/", login: "https://prod.example/" };
    for (const client of [
      autoshares({ appKey: "k" }, options),
      autoshares.at(origins, { appKey: "k" }, options),
      autoshares.at(slash, { appKey: "k" }, options),
    ]) {
      const session = sessionOf(await client.login({ username: "u", password: "p" }));
      await client.fetch(session, mePath);
    }
    expect(watch.sent.map(({ url }) => url)).toEqual(
      [demo, origins.api, origins.api].flatMap((base) => [`${base}/token`, `${base}${mePath}`]),
    );
  });

  it("A-08 a session is the account of the user whose name obtained it", async () => {
    const client = await a.open();
    const proven = await client.prove(await loggedIn(client));
    expect(proven.account).toBe("demo.trader");
    await a.fault("another-account", "/api/v1.0/users/@me/info");
    expect((await failure(client.prove(proven))).code).toBe("account_mismatch");
    expect((await client.prove(proven)).account).toBe("demo.trader");
  });

  it("A-08 another user's account is not reached", async () => {
    const client = await a.open();
    const idOf = async (session: Session<"autoshares">) => {
      const response = await client.fetch(session, "/v1.0/users/@me/accounts");
      return ((await response.json()) as { Id: number }[])[0]?.Id;
    };
    const mine = await loggedIn(client);
    const theirs = await loggedIn(client, "demo.elsewhere");
    const [own, other] = [await idOf(mine), await idOf(theirs)];
    expect(own).not.toBe(other);
    const positions = (id: number | undefined) => client.fetch(mine, `/v1.0/accounts/${id}/positions`);
    expect((await positions(own)).status).toBe(200);
    expect(await failure(positions(other))).toMatchObject({ status: 401 });
    const order = { Symbol: "AAPL", Type: "Limit", Side: "Buy", Quantity: 1, Price: 100 };
    const place = (id: number | undefined) =>
      client.fetch(mine, `/v1.0/accounts/${id}/orders`, { method: "POST", body: JSON.stringify(order) });
    expect((await place(own)).status).toBe(200);
    expect(await failure(place(other))).toMatchObject({ status: 401 });
  });

  it.each(['q"uo\\te', "a:b;c,d", "blank within", "tab\twithin", "Grüße-ÿ", "100%", "p=q&r+s"])(
    "A-09 a password of «%s» arrives as it is",
    async (password) => {
      const client = await a.open();
      expect((await failure(client.login({ username: "demo.trader", password }))).code).toBe(
        "credentials_refused",
      );
      expect((await logins()).at(-1)?.headers).toMatchObject({ password: fingerprint(password) });
    },
  );

  it.each([
    ["a line feed", "new\nline"],
    ["a carriage return", "car\rriage"],
    ["a NUL", "nul\0"],
    ["a euro sign", "€uro"],
    ["Devanagari", "कुंजी"],
    ["a blank before it", " before"],
    ["a blank behind it", "after "],
    ["70,000 characters", "x".repeat(70_000)],
  ])("A-09 what cannot travel in a header is refused before anything is sent: %s", async (_, text) => {
    const client = await a.open();
    const { username, password } = user("demo.trader");
    const flaws = { username: { username: text, password }, password: { username, password: text } };
    for (const [field, input] of Object.entries(flaws)) {
      const error = await failure(client.login(input));
      expect(error).toMatchObject({ code: "input_invalid", field, action: "fix_input" });
      expect(error.message).not.toContain(text.trim());
    }
    const bad = await a.open({ appKey: text });
    expect(await failure(bad.login({ username, password }))).toMatchObject({ field: "appKey" });
    expect(await logins()).toEqual([]);
    await client.login({ username, password });
  });

  it("A-13 the calls of the code samples work with the token, with the shapes of the pages", async () => {
    const client = await a.open();
    const session = await loggedIn(client);
    const json = async (path: string, method = "GET", body?: object) => {
      const init = { method, ...(body && { body: JSON.stringify(body) }) };
      const response = await client.fetch(session, path, init);
      expect(response.status).toBe(200);
      return response.json();
    };
    expect(await json(mePath)).toMatchObject({ UserId: expect.any(Number), Login: "demo.trader" });
    const [account] = (await json("/v1.0/users/@me/accounts")) as { Id: number }[];
    expect(account).toMatchObject({ ClearingAccount: expect.any(String), Enabled: true });
    const base = `/v1.0/accounts/${account?.Id}`;
    expect(await json(`${base}/positions`)).toMatchObject([{ Symbol: "AAPL", Quantity: 150 }]);
    const order = { Symbol: "AAPL", Type: "Limit", Side: "Buy", Quantity: 1, Price: 100 };
    expect(await json(`${base}/orders`, "POST", order)).toMatchObject({ Side: "Buy", LeavesQuantity: 1 });
    expect(await json("/v1.0/history/symbols", "PUT", { Security: { Symbol: "AAPL" } })).toMatchObject({
      SecurityHistory: [expect.any(Array)],
    });
  });
});
