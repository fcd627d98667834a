import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Box,
  HOUR,
  MINUTE,
  MORNING_MS,
  openSandbox,
  type Reply,
  registerApp,
} from "./sandbox-fixture.js";

describe("AutoShares' side", () => {
  let box: Box;
  beforeAll(async () => {
    box = await openSandbox();
  });
  beforeEach(() => box.at(MORNING_MS));
  afterAll(() => box.close());

  const key = (name: "cli" | "gateway" = "cli") => box.app("autoshares", name)["Et-App-Key"] ?? "";
  const credentials = (username = "demo.trader") => {
    const { password } = box.user("autoshares", username);
    return { "Et-App-Key": key(), Username: username, Password: password };
  };
  const token = (headers: Record<string, string>) => box.send("autoshares", "POST", "/api/token", headers);
  const bearer = async (username = "demo.trader") => {
    const { status, json } = await token(credentials(username));
    expect(status).toBe(200);
    return { "Et-App-Key": key(), Authorization: `Bearer ${json.Token}` };
  };
  const get = (path: string, headers: Record<string, string>) => box.send("autoshares", "GET", path, headers);
  /** Status and outcome of a login step: why it failed, else its state. */
  const outcomeOf = ({ status, json }: Reply): unknown[] => [status, json.Reason ?? json.State];
  const succeeded = [200, "Succeeded"];
  const ME = "/api/v1.0/users/@me/info";
  const invalid = { State: "Failed", Step: "BaseAuthentication", Reason: "Invalid credentials" };
  const noKey = { error: "Application key is not defined or does not exist" };

  it("A-01 a login is a POST of three headers, in any case of letters, and an empty body", async () => {
    const { Username, Password } = credentials();
    const good = await token({
      "et-app-key": key(),
      USERNAME: Username,
      pAssword: Password,
      "content-length": "0",
    });
    expect(good.status).toBe(200);
    expect((await get("/api/token", credentials())).status).not.toBe(200);
  });

  it("A-02 success is 200 with State and Token, and a further step is 202 Expecting", async () => {
    const good = await token(credentials());
    expect([good.status, Object.keys(good.json), good.json.State]).toEqual([
      200,
      ["State", "Token"],
      "Succeeded",
    ]);
    const more = await token(credentials("demo.twofactor"));
    expect([more.status, more.json.State]).toEqual([202, "Expecting"]);
  });

  it("A-03 every other request needs the token as its bearer token", async () => {
    const headers = await bearer();
    expect((await get(ME, headers)).status).toBe(200);
    expect((await get(ME, { "Et-App-Key": key() })).status).toBe(401);
    expect((await get(ME, { ...headers, Authorization: headers.Authorization.slice(7) })).status).toBe(401);
  });

  it("A-04 the token lives 24 hours and is opaque", async () => {
    const headers = await bearer();
    expect(headers.Authorization).toMatch(/^Bearer [A-Za-z0-9+/]{100,}=*$/);
    await box.after(24 * HOUR - 1000);
    expect((await get(ME, headers)).status).toBe(200);
    await box.after(24 * HOUR);
    expect((await get(ME, headers)).status).toBe(401);
  });

  it("A-05 a wrong or missing Et-App-Key is refused with the page's words", async () => {
    const { "Et-App-Key": _key, ...rest } = credentials();
    for (const headers of [rest, { ...rest, "Et-App-Key": "nobody" }]) {
      const { status, json } = await token(headers);
      expect([status, json]).toEqual([403, noKey]);
    }
    expect((await token({ ...rest, "Et-App-Key": key() })).status).toBe(200);
  });

  it("A-06 wrong or missing credentials are refused with the page's words", async () => {
    const { Username, Password, ...rest } = credentials();
    const flawed = [
      rest,
      { ...rest, Username },
      { ...rest, Password },
      { ...rest, Username, Password: "other" },
    ];
    for (const headers of [...flawed, credentials("demo.typo")]) {
      const { status, json } = await token(headers);
      expect([status, json]).toEqual([401, invalid]);
      expect(Object.keys(json)).toEqual(["State", "Step", "Reason"]);
    }
    expect((await token({ ...rest, Username, Password })).status).toBe(200);
  });

  it("A-06 a locked account is refused in the same shape", async () => {
    const { status, json } = await token(credentials("demo.locked"));
    expect([status, json]).toEqual([401, { ...invalid, Reason: "Account is locked" }]);
  });

  const accountOf = async (headers: Record<string, string>) =>
    (await get("/api/v1.0/users/@me/accounts", headers)).json[0].Id as number;

  it("A-08 a token acts for its own user and reaches no other user's account", async () => {
    const mine = await bearer();
    const others = await bearer("demo.elsewhere");
    const other = await accountOf(others);
    const me = await get(ME, mine);
    expect([me.status, me.json.Login]).toEqual([200, "demo.trader"]);
    const path = (id: number) => `/api/v1.0/accounts/${id}/positions`;
    expect((await get(path(await accountOf(mine)), mine)).status).toBe(200);
    const place = (id: number) =>
      box.send("autoshares", "POST", `/api/v1.0/accounts/${id}/orders`, mine, order);
    const own = await place(await accountOf(mine));
    expect([own.status, own.json.Status]).toEqual([200, "PendingNew"]);
    const foreign = await place(other);
    expect([foreign.status, foreign.text.includes("PendingNew")]).toEqual([401, false]);
    const refused = await get(path(other), mine);
    expect([refused.status, refused.text.includes("Symbol")]).toEqual([401, false]);
    expect((await get("/api/v1.0/users/12345/info", mine)).status).toBe(401);
    const { json } = await get(ME, mine);
    expect((await get(`/api/v1.0/users/${json.UserId}/info`, mine)).status).toBe(200);
  });

  it("A-10 two factors: the interim token and the code together give the final token", async () => {
    const headers = credentials("demo.twofactor");
    const { totp } = box.user("autoshares", "demo.twofactor");
    const first = await token(headers);
    expect(first.status).toBe(202);
    expect(first.json).toEqual({
      State: "Expecting",
      Step: "VerificationCode",
      Reason: "Expecting confirmation code",
      Token: expect.any(String),
    });
    const interim = { Authorization: `Bearer ${first.json.Token}` };
    expect((await get(ME, { "Et-App-Key": key(), ...interim })).status).toBe(401);
    const corrupted = { State: "Failed", Step: "VerificationCode", Reason: "Corrupted ticket" };
    const without = await token({ ...headers, VerificationCode: totp });
    expect([without.status, without.json]).toEqual([401, corrupted]);
    const wrongCode = await token({ ...headers, ...interim, VerificationCode: "not-it" });
    expect(outcomeOf(wrongCode)).toEqual([401, "Invalid verification code"]);
    const final = await token({ ...headers, ...interim, VerificationCode: totp });
    expect(outcomeOf(final)).toEqual(succeeded);
    expect((await get(ME, { "Et-App-Key": key(), Authorization: `Bearer ${final.json.Token}` })).status).toBe(
      200,
    );
    const again = await token({ ...headers, ...interim, VerificationCode: totp });
    expect([again.status, again.json]).toEqual([401, corrupted]);
  });

  it("A-10 an interim token is no other user's and no other app key's", async () => {
    const { totp } = box.user("autoshares", "demo.twofactor");
    const withInterimOf = (username: string, appId = "autoshares-cli") => {
      const grant = {
        broker: "autoshares",
        appId,
        username,
        issuedAt: MORNING_MS,
      } as const;
      box.world.putGrant({ ...grant, code: `interim-of-${username}` });
      const Authorization = `Bearer interim-of-${username}`;
      return token({ ...credentials("demo.twofactor"), Authorization, VerificationCode: totp });
    };
    expect(outcomeOf(await withInterimOf("demo.pin"))).toEqual([401, "Corrupted ticket"]);
    const ofGateway = await withInterimOf("demo.twofactor", "autoshares-gateway");
    expect(outcomeOf(ofGateway)).toEqual([401, "Corrupted ticket"]);
    expect(outcomeOf(await withInterimOf("demo.twofactor"))).toEqual(succeeded);
  });

  it("A-10 an interim token is dead after five minutes", async () => {
    const headers = credentials("demo.twofactor");
    const { totp } = box.user("autoshares", "demo.twofactor");
    const [early, late] = [(await token(headers)).json.Token, (await token(headers)).json.Token];
    const second = (interim: string) =>
      token({ ...headers, Authorization: `Bearer ${interim}`, VerificationCode: totp });
    await box.after(5 * MINUTE - 1000);
    expect(outcomeOf(await second(early))).toEqual(succeeded);
    await box.after(5 * MINUTE);
    expect(outcomeOf(await second(late))).toEqual([401, "Corrupted ticket"]);
  });

  it("A-10 the PIN step wants the header PinCode", async () => {
    const headers = credentials("demo.pin");
    const first = await token(headers);
    expect([first.status, first.json.Step, first.json.Reason]).toEqual([202, "SecutityPin", "Invalid pin"]);
    const wrong = await token({ ...headers, PinCode: "0000" });
    expect([wrong.status, wrong.json.State]).toEqual([401, "Failed"]);
    expect(outcomeOf(await token({ ...headers, PinCode: "4831" }))).toEqual(succeeded);
  });

  it("A-11 each of the company's app keys works, also one made on the portal", async () => {
    const made = (await registerApp(box, "autoshares", { name: "Mobile" })).keys["Et-App-Key"] ?? "";
    const keys = new Set([key("cli"), key("gateway"), made]);
    expect(keys.size).toBe(3);
    for (const one of keys) {
      expect(outcomeOf(await token({ ...credentials(), "Et-App-Key": one }))).toEqual(succeeded);
    }
  });

  const order = { Symbol: "AAPL", Type: "Limit", Side: "Buy", Quantity: 100, Price: 170 };
  const chart = { Security: { Symbol: "AAPL" }, SecurityHistorySettings: { Period: "4h", Interval: "1D" } };

  it("A-12 without a token no order is placed, no chart served and no user created", async () => {
    const headers = await bearer();
    const account = await accountOf(headers);
    const calls: [string, string, object][] = [
      ["POST", `/api/v1.0/accounts/${account}/orders`, order],
      ["PUT", "/api/v1.0/history/symbols", chart],
      ["POST", "/api/v1.0/users", { Login: "new.trader" }],
    ];
    for (const [method, path, body] of calls) {
      expect((await box.send("autoshares", method, path, { "Et-App-Key": key() }, body)).status).toBe(401);
      expect((await box.send("autoshares", method, path, headers, body)).status).toBe(200);
    }
  });

  it("A-13 user info, accounts, positions, an order and a chart answer in the documented shapes", async () => {
    const headers = await bearer();
    const told = await get(ME, headers);
    const info = told.json;
    expect(told.status).toBe(200);
    expect(Object.keys(info)).toEqual(
      "UserId FirstName MiddleName LastName Login Email AddedDate Salutation Suffix".split(" "),
    );
    const listed = await get("/api/v1.0/users/@me/accounts", headers);
    const [account] = listed.json;
    expect([listed.status, listed.json.length]).toEqual([200, 1]);
    expect(Object.keys(account.Owners[0])).toEqual(["UserId", "Name"]);
    expect(Object.keys(account)).toEqual(
      "Id ClearingAccount AccessType MarginType OwnerType Enabled ClearingFirm IsAverageAccount Owners".split(
        " ",
      ),
    );
    const positions = await get(`/api/v1.0/accounts/${account.Id}/positions`, headers);
    expect(positions.status).toBe(200);
    expect(positions.json[0]).toMatchObject({ AccountId: account.Id, Symbol: "AAPL", Quantity: 150 });
    const placed = await box.send(
      "autoshares",
      "POST",
      `/api/v1.0/accounts/${account.Id}/orders`,
      headers,
      order,
    );
    expect(placed.status).toBe(200);
    expect(placed.json).toMatchObject({
      Status: "PendingNew",
      Type: "Limit",
      Quantity: 100,
      UserId: info.UserId,
    });
    const history = await box.send("autoshares", "PUT", "/api/v1.0/history/symbols", headers, chart);
    expect(history.status).toBe(200);
    expect(history.json.SecurityHistory[0][0]).toMatchObject({ IsMarket: true, Open: expect.any(Number) });
  });

  it("ends the session at logout", async () => {
    const headers = await bearer();
    expect((await box.send("autoshares", "POST", "/api/logout", headers)).status).toBe(200);
    expect((await get(ME, headers)).status).toBe(401);
  });

  it("X-06 the ledger shows a login without its secrets", async () => {
    const headers = credentials();
    const { Token } = (await token(headers)).json;
    await token({ ...credentials("demo.pin"), PinCode: "4831" });
    const text = JSON.stringify(await box.ledger());
    expect(text).toContain("Succeeded");
    for (const secret of [Token, headers.Password, '"4831"']) expect(text).not.toContain(secret);
  });
});
